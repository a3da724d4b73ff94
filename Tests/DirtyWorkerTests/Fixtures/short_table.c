/* A plugin whose table ends after `handle`. What follows must not be looked at. */
#include "table.h"

EXPORT_TABLE(
    .struct_size = offsetof(DirtyApp, close),
    .name = "Short",
    .handle = handle_nothing,
    .close = (void (*)(void *))1,
    .cancel = (void (*)(void *, uint64_t, int32_t))1)
