#include "dirty_app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Prints in every way there is: "print" does so, "print_without_end" doesn't stop, "die" does more and aborts.

static const DirtyHost *host;

static int32_t open_printing(
    const DirtyHost *table, const char *config, size_t len, void **app, char *err, size_t err_cap) {
    (void)config, (void)len, (void)err, (void)err_cap;
    host = table;
    *app = (void *)table;
    return DIRTY_OK;
}

static int32_t handle_printing(void *app, const DirtyRequest *request) {
    (void)app;
    static const char warning[] = "a warning\nin two lines";
    if (strcmp((const char *)request->action.ptr, "print") == 0) {
        puts("stdout of a plugin");
        fputs("stderr of a plugin\n", stderr);
        host->log(host->ctx, DIRTY_LOG_WARNING, warning, strlen(warning));
        return DIRTY_OK;
    }
    if (strcmp((const char *)request->action.ptr, "print_without_end") == 0) {
        // Short lines in large blocks: as many as the pipe takes.
        static char block[1 << 16];
        for (size_t i = 0; i < sizeof block; i++) block[i] = i % 8 == 7 ? '\n' : 'x';
        while (fwrite(block, 1, sizeof block, stdout) == sizeof block) continue;
    }
    for (int i = 0; i < 10000; i++) puts("so much to say");
    fputs("last words", stdout);
    fflush(stdout);
    abort();
}

const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof(DirtyApp),
        .abi_minor = DIRTY_ABI_MINOR,
        .name = "Printing",
        .version = "1.0",
        .open = open_printing,
        .handle = handle_printing,
    };
    return &app;
}
