// Payload: a plugin whose own work costs nothing, so that what is measured is the way of its bytes.
//
//     take(…)              ignores what it is given, attachments included; null
//     text(bytes)          a string of so many bytes
//     bytes(bytes)         an attachment of so many bytes
//     texts(chunks, bytes) streams so many strings of so many bytes
//     exchange(attachment)  takes an attachment and answers with it
#include "dirty_app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The one instance. What the answers are made of is kept from call to call: made once for each size asked for in a row.
typedef struct {
    const DirtyHost *host;
    /// A JSON string, quotes included, and how many bytes there are between the quotes.
    char *text;
    size_t text_bytes;
} Payload;

static const char attachment[] = "{\"$attachment\":0}";

static int32_t fail(Payload *self, const DirtyRequest *call, int32_t status, const char *message) {
    char json[256];
    int length = snprintf(json, sizeof json, "{\"message\":\"%s\"}", message);
    self->host->finish(self->host->ctx, call->id, status, json, (size_t)length, NULL, 0);
    return DIRTY_OK;
}

/// Makes the text that has `bytes` bytes, if it isn't the one at hand; returns 0 if there is no memory for it.
static int make_text(Payload *self, size_t bytes) {
    if (self->text != NULL && self->text_bytes == bytes) return 1;
    free(self->text);
    self->text = malloc(bytes + 2);
    if (self->text == NULL) return 0;
    memset(self->text, 'a', bytes + 2);
    self->text[0] = self->text[bytes + 1] = '"';
    self->text_bytes = bytes;
    return 1;
}

static int32_t stream(Payload *self, const DirtyRequest *call, size_t chunks) {
    const DirtyHost *host = self->host;
    host->emit(host->ctx, call->id, DIRTY_EMIT_BEGIN, NULL, 0, NULL, 0);
    for (size_t i = 0; i < chunks; i++) {
        int32_t status =
            host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, self->text, self->text_bytes + 2, NULL, 0);
        if (status != DIRTY_OK) return status;
    }
    return DIRTY_OK;
}

static int32_t handle(void *app, const DirtyRequest *call) {
    Payload *self = app;
    const DirtyHost *host = self->host;
    const char *action = (const char *)call->action.ptr;
    size_t first = 0, second = 0;
    if (strcmp(action, "take") == 0) return DIRTY_OK;
    if (strcmp(action, "exchange") == 0) {
        if (call->attachment_count != 1) return fail(self, call, DIRTY_E_INVALID, "exchange takes one attachment");
        const DirtyOut out = {.ptr = call->attachments[0].ptr, .len = call->attachments[0].len};
        host->finish(host->ctx, call->id, DIRTY_OK, attachment, sizeof attachment - 1, &out, 1);
        return DIRTY_OK;
    }
    int numbers = sscanf((const char *)call->args.ptr, "[ %zu , %zu ]", &first, &second);
    int is_stream = strcmp(action, "texts") == 0;
    if (numbers < (is_stream ? 2 : 1)) return fail(self, call, DIRTY_E_INVALID, "this takes sizes");
    size_t bytes = is_stream ? second : first;
    if (!make_text(self, bytes)) return DIRTY_E_NOMEM;
    if (is_stream) return stream(self, call, first);
    if (strcmp(action, "text") == 0) {
        host->finish(host->ctx, call->id, DIRTY_OK, self->text, bytes + 2, NULL, 0);
        return DIRTY_OK;
    }
    if (strcmp(action, "bytes") == 0) {
        const DirtyOut out = {.ptr = (const uint8_t *)self->text + 1, .len = bytes};
        host->finish(host->ctx, call->id, DIRTY_OK, attachment, sizeof attachment - 1, &out, 1);
        return DIRTY_OK;
    }
    return fail(self, call, DIRTY_E_UNSUPPORTED, "Payload has the actions take, text, bytes, texts and exchange");
}

static int32_t open_app(const DirtyHost *host, const char *config, size_t length, void **app, char *err, size_t err_cap) {
    (void)config, (void)length, (void)err, (void)err_cap;
    Payload *self = calloc(1, sizeof *self);
    if (self == NULL) return DIRTY_E_NOMEM;
    self->host = host;
    *app = self;
    return DIRTY_OK;
}

static void close_app(void *app) {
    Payload *self = app;
    free(self->text);
    free(self);
}

DIRTY_EXPORT const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof(DirtyApp),
        .abi_minor = DIRTY_ABI_MINOR,
        .name = "Payload",
        .version = "1",
        .open = open_app,
        .handle = handle,
        .close = close_app,
    };
    return &app;
}
