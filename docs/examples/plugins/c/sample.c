/*
 * Sample: a plugin for Dirty Host in C.
 *
 *     sum(numbers…)    adds numbers: arguments, and errors
 *     calls()          how many calls there have been: state that stays
 *     count([limit])   streams 0, 1, 2, … up to the limit, or until nobody listens: streams, and cancellation
 *     reverse(bytes)   gives bytes back in reverse order: attachments, in and out
 */
#include "dirty_app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one instance in its process. Only one call at a time runs, so that it needs no lock. */
typedef struct {
    const DirtyHost *host;
    unsigned long calls;
} Sample;

/* Ends the call with a JSON text. Returns what `handle` is to return. */
static int32_t answer(Sample *self, const DirtyRequest *call, const char *json) {
    self->host->finish(self->host->ctx, call->id, DIRTY_OK, json, strlen(json), NULL, 0);
    return DIRTY_OK;
}

/* Ends the call with an error. `message` must need no escapes in JSON. */
static int32_t fail(Sample *self, const DirtyRequest *call, int32_t status, const char *message) {
    char json[256];
    int len = snprintf(json, sizeof json, "{\"message\":\"%s\"}", message);
    self->host->finish(self->host->ctx, call->id, status, json, (size_t)len, NULL, 0);
    return DIRTY_OK;
}

/* Where the first argument begins; at the "]" if there is none. */
static const char *first_argument(const DirtyRequest *call) {
    const char *json = (const char *)call->args.ptr + 1;
    return json + strspn(json, " \t\r\n");
}

/* Reads the argument at `*json` and moves on to the next. Returns 0 if it is no number. */
static int read_number(const char **json, double *number) {
    char *end;
    *number = strtod(*json, &end);
    if (end == *json) return 0;
    *json = end + strspn(end, " \t\r\n,");
    return 1;
}

static int32_t sum(Sample *self, const DirtyRequest *call) {
    const char *json = first_argument(call);
    double total = 0, number;
    while (*json != ']') {
        if (!read_number(&json, &number)) return fail(self, call, DIRTY_E_INVALID, "sum takes numbers");
        total += number;
    }
    char text[32];
    snprintf(text, sizeof text, "%.17g", total);
    return answer(self, call, text);
}

static int32_t calls(Sample *self, const DirtyRequest *call) {
    char text[32];
    snprintf(text, sizeof text, "%lu", self->calls);
    return answer(self, call, text);
}

static int32_t count(Sample *self, const DirtyRequest *call) {
    const DirtyHost *host = self->host;
    const char *json = first_argument(call);
    const int is_endless = *json == ']';
    double limit = 0;
    if (!is_endless && !read_number(&json, &limit)) return fail(self, call, DIRTY_E_INVALID, "count takes a number");
    host->emit(host->ctx, call->id, DIRTY_EMIT_BEGIN, NULL, 0, NULL, 0);
    for (unsigned long i = 0; is_endless || i < limit; i++) {
        char text[32];
        int len = snprintf(text, sizeof text, "%lu", i);
        /* Waits while the client reads slowly, and says no once nobody listens. */
        int32_t status = host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, text, (size_t)len, NULL, 0);
        if (status != DIRTY_OK) return status;
    }
    return DIRTY_OK;
}

static int32_t reverse(Sample *self, const DirtyRequest *call) {
    static const char json[] = "{\"$attachment\":0}";
    if (call->attachment_count != 1) return fail(self, call, DIRTY_E_INVALID, "reverse takes one attachment");
    DirtyView in = call->attachments[0];
    uint8_t *bytes = malloc(in.len + 1);
    if (bytes == NULL) return DIRTY_E_NOMEM;
    for (size_t i = 0; i < in.len; i++) bytes[i] = in.ptr[in.len - 1 - i];
    /* With `release` the bytes are the host's from here on, whatever `finish` returns. */
    DirtyOut out = {.ptr = bytes, .len = in.len, .release = free, .ctx = bytes};
    self->host->finish(self->host->ctx, call->id, DIRTY_OK, json, strlen(json), &out, 1);
    return DIRTY_OK;
}

static int32_t handle(void *app, const DirtyRequest *call) {
    Sample *self = app;
    const char *action = (const char *)call->action.ptr;
    self->calls++;
    if (strcmp(action, "sum") == 0) return sum(self, call);
    if (strcmp(action, "calls") == 0) return calls(self, call);
    if (strcmp(action, "count") == 0) return count(self, call);
    if (strcmp(action, "reverse") == 0) return reverse(self, call);
    return fail(self, call, DIRTY_E_UNSUPPORTED, "Sample has the actions sum, calls, count and reverse");
}

static int32_t open_app(const DirtyHost *host, const char *config, size_t len, void **app, char *err, size_t cap) {
    (void)config, (void)len;
    Sample *self = calloc(1, sizeof *self);
    if (self == NULL) {
        snprintf(err, cap, "no memory for the app");
        return DIRTY_E_NOMEM;
    }
    self->host = host;
    *app = self;
    return DIRTY_OK;
}

static void close_app(void *app) { free(app); }

static const char manifest[] =
    "{\"actions\":["
    "{\"name\":\"sum\",\"doc\":\"Adds numbers.\"},"
    "{\"name\":\"calls\",\"doc\":\"How many calls there have been.\"},"
    "{\"name\":\"count\",\"doc\":\"Streams 0, 1, 2, … up to a limit, if there is one.\",\"streams\":true,"
    "\"parameters\":[{\"name\":\"limit\",\"type\":\"number\",\"required\":false}]},"
    "{\"name\":\"reverse\",\"doc\":\"Gives bytes back in reverse order.\","
    "\"parameters\":[{\"name\":\"bytes\",\"type\":\"bytes\",\"required\":true}]}]}";

const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof app,
        .abi_minor = DIRTY_ABI_MINOR,
        .name = "Sample",
        .version = "0.1.0",
        .manifest = manifest,
        .open = open_app,
        .handle = handle,
        .close = close_app,
    };
    return &app;
}
