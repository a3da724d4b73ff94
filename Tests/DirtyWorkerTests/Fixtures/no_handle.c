/* A plugin that can't be called. */
#include "table.h"

EXPORT_TABLE(.struct_size = sizeof(DirtyApp), .name = "Mute")
