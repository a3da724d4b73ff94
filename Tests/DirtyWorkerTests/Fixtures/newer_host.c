/* A plugin that needs a later minor version of the host. */
#include "table.h"

EXPORT_TABLE(.struct_size = sizeof(DirtyApp), .min_host_minor = 99, .name = "Newer", .handle = handle_nothing)
