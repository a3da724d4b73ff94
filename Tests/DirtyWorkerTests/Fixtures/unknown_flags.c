/* A plugin that sets a flag which no host knows yet, and which must be understood. */
#include "table.h"

EXPORT_TABLE(.struct_size = sizeof(DirtyApp), .name = "Flags", .flags = 1ULL << 63, .handle = handle_nothing)
