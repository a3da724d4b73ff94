/* A plugin that must be alone in its process. */
#include "table.h"

EXPORT_TABLE(
    .struct_size = sizeof(DirtyApp), .name = "Exclusive", .flags = DIRTY_APP_EXCLUSIVE, .handle = handle_nothing)
