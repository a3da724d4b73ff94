// A plugin that finds a library by $ORIGIN/../lib.
#include "dirty_app.h"

#include <stdio.h>
#include <string.h>

int neighbour_number(void);

static const DirtyHost *host;

static int32_t open_app(
    const DirtyHost *h, const char *config, size_t len, void **app, char *err, size_t err_cap) {
    (void)config, (void)len, (void)app, (void)err, (void)err_cap;
    host = h;
    return DIRTY_OK;
}

static int32_t handle(void *app, const DirtyRequest *request) {
    (void)app;
    char text[16];
    int length = snprintf(text, sizeof text, "%d", neighbour_number());
    host->finish(host->ctx, request->id, DIRTY_OK, text, (size_t)length, NULL, 0);
    return DIRTY_OK;
}

const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof(DirtyApp), .name = "Neighbour", .version = "1", .open = open_app, .handle = handle};
    return &app;
}
