/* A plugin whose table ends before `handle`. */
#include "table.h"

EXPORT_TABLE(.struct_size = 8, .name = "Tiny", .handle = handle_nothing)
