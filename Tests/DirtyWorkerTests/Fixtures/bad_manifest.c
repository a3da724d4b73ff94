/* A plugin whose manifest isn't JSON. */
#include "table.h"

EXPORT_TABLE(.struct_size = sizeof(DirtyApp), .name = "Manifest", .manifest = "{actions}", .handle = handle_nothing)
