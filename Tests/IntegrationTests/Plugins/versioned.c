// A plugin that says which version of it answers, for tests of reloads. Options of the compiler make it misbehave:
// -DVERSION="…" what it says; -DFAIL_OPEN, -DHANG_OPEN, -DABORT_OPEN what open does; -DSICK that health says no. With a
// configuration {"unless":"FILE"} open says no as well while there is such a file.
#include "dirty_app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION "1"
#endif

static const DirtyHost *host;
static char configuration[256];

static int32_t open_app(
    const DirtyHost *h, const char *config, size_t len, void **app, char *err, size_t err_cap) {
    (void)app;
    host = h;
    snprintf(configuration, sizeof configuration, "%.*s", (int)len, config);
    char file[200];
    if (sscanf(configuration, "{\"unless\":\"%199[^\"]", file) == 1 && access(file, F_OK) == 0) {
        snprintf(err, err_cap, "there is a file %s", file);
        return DIRTY_E_INTERNAL;
    }
#ifdef FAIL_OPEN
    snprintf(err, err_cap, "the licence of " VERSION " has expired");
    return DIRTY_E_INTERNAL;
#endif
#ifdef HANG_OPEN
    for (;;) sleep(1);
#endif
#ifdef ABORT_OPEN
    fprintf(stderr, "last words of " VERSION "\n");
    abort();
#endif
    return DIRTY_OK;
}

static void answer(const DirtyRequest *request, int32_t status, const char *json) {
    host->finish(host->ctx, request->id, status, json, strlen(json), NULL, 0);
}

static int32_t handle(void *app, const DirtyRequest *request) {
    (void)app;
    const char *action = (const char *)request->action.ptr;
    char pid[32];
    if (strcmp(action, "version") == 0) {
        answer(request, DIRTY_OK, "\"" VERSION "\"");
    } else if (strcmp(action, "pid") == 0) {
        snprintf(pid, sizeof pid, "%d", (int)getpid());
        answer(request, DIRTY_OK, pid);
    } else if (strcmp(action, "configuration") == 0) {
        answer(request, DIRTY_OK, configuration);
    } else if (strcmp(action, "grow") == 0) {
        size_t bytes = 64u << 20;
        void *memory = malloc(bytes);
        if (memory != NULL) memset(memory, 1, bytes);
    } else if (strcmp(action, "sleep") == 0) {
        usleep(1000 * (useconds_t)atoi((const char *)request->args.ptr + 1));
    } else if (strcmp(action, "die") == 0) {
        abort();
    } else if (strcmp(action, "health") == 0) {
#ifdef SICK
        answer(request, DIRTY_E_INTERNAL, "{\"message\":\"the index of " VERSION " is empty\"}");
#endif
    } else {
        return DIRTY_E_UNSUPPORTED;
    }
    return DIRTY_OK;
}

const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof(DirtyApp),
        .name = "Versioned",
        .version = VERSION,
        .manifest = "{\"actions\":[{\"name\":\"version\"},{\"name\":\"health\"}]}",
        .open = open_app,
        .handle = handle,
    };
    return &app;
}
