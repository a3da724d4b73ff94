/* A plugin of a later minor version: its table is longer than the host's. */
#include "table.h"

const DirtyApp *dirty_app_v1(void) {
    static const struct {
        DirtyApp known;
        void (*later[4])(void);
    } table = {
        .known = {.struct_size = sizeof table, .abi_minor = 7, .name = "Long", .handle = handle_nothing},
        .later = {(void (*)(void))1},
    };
    return &table.known;
}
