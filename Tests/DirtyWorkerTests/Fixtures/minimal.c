#include "dirty_app.h"
#include <stdio.h>
#include <string.h>

static const DirtyHost *host;

static int32_t open_app(const DirtyHost *h, const char *config, size_t len, void **app, char *err, size_t cap) {
    (void)config, (void)len, (void)app, (void)err, (void)cap;
    host = h;
    return DIRTY_OK;
}
static int32_t handle(void *app, const DirtyRequest *call) {
    (void)app;
    const char *action = (const char *)call->action.ptr, *args = (const char *)call->args.ptr;
    if (strcmp(action, "echo") == 0) {
        host->finish(host->ctx, call->id, DIRTY_OK, args, call->args.len, NULL, 0);
        return DIRTY_OK;
    }
    if (strcmp(action, "count") != 0) return DIRTY_E_UNSUPPORTED;
    for (int i = 0; host->poll(host->ctx, call->id) == DIRTY_OK; i++) {
        char json[16];
        int len = snprintf(json, sizeof json, "%d", i);
        if (host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, json, (size_t)len, NULL, 0) != DIRTY_OK) break;
    }
    return DIRTY_E_CANCELLED;
}
static const DirtyApp app = {.struct_size = sizeof app, .name = "Minimal", .open = open_app, .handle = handle};
const DirtyApp *dirty_app_v1(void) { return &app; }
