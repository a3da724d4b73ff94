#include "dirty_app.h"

// A whole plugin: whatever the action, the answer holds four bytes.

static const DirtyHost *host;

static int32_t open_bytes(const DirtyHost *table, const char *config, size_t len, void **app, char *err, size_t err_cap) {
    (void)config, (void)len, (void)err, (void)err_cap;
    host = table;
    *app = (void *)table;
    return DIRTY_OK;
}

static int32_t handle_bytes(void *app, const DirtyRequest *request) {
    (void)app;
    static const char json[] = "{\"bytes\":{\"$attachment\":0}}";
    DirtyOut out = {.ptr = (const uint8_t *)"\x00\x01\xfe\xff", .len = 4};
    host->finish(host->ctx, request->id, DIRTY_OK, json, sizeof json - 1, &out, 1);
    return DIRTY_OK;
}

const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof(DirtyApp),
        .abi_minor = DIRTY_ABI_MINOR,
        .name = "Bytes",
        .version = "1.0",
        .open = open_bytes,
        .handle = handle_bytes,
    };
    return &app;
}
