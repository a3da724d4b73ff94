/* A plugin that sets a flag which no host knows yet, and which may be ignored. */
#include "table.h"

EXPORT_TABLE(.struct_size = sizeof(DirtyApp), .name = "Flags", .flags = 1ULL << 31, .handle = handle_nothing)
