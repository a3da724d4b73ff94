#include "dirty_app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// A whole plugin, serial, that notes what tests can't see from outside.
//
//     stream(bytes)         chunks with an attachment of so many bytes, until nobody wants them; notes when that was seen
//     watch()               asks poll until nobody waits; notes when that was seen
//     stream_bytes(n, size) n chunks with an attachment of `size` bytes each
//     fail_after(n)         n chunks, then an error
//     wait(path)            until a byte can be read from the FIFO at the path
//     overlap()             notes whether another call is inside at the same time
//     seen()                {"at_ns": CLOCK_MONOTONIC when the last cancellation was seen, "status": what it was,
//                           "peak": how many calls of overlap() have been inside at once}
//
// An app of its own in each process, so that what it notes may be static.

static const DirtyHost *host;
static atomic_llong seen_at_ns, seen_status, inside, peak;

static long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

// Notes that the call isn't wanted any more. Returns what handle is to return.
static int32_t note(int32_t status) {
    seen_status = status;
    seen_at_ns = now_ns();
    return status;
}

static int32_t emit(const DirtyRequest *call, const char *json, const uint8_t *bytes, size_t count) {
    const DirtyOut out = {.ptr = bytes, .len = count};
    return host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, json, strlen(json), &out, bytes != NULL);
}

// Streams `chunks` attachments of `size` bytes, or attachments without end if `chunks` is negative.
static int32_t stream(const DirtyRequest *call, long long chunks, size_t size) {
    uint8_t *bytes = malloc(size + 1);
    int32_t status = DIRTY_OK;
    if (bytes == NULL) return DIRTY_E_NOMEM;
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)i;
    for (long long i = 0; status == DIRTY_OK && i != chunks; i++) {
        // The first byte counts the chunks, so that none can be taken for another.
        if (size > 0) bytes[0] = (uint8_t)i;
        status = emit(call, "{\"$attachment\":0}", bytes, size);
    }
    free(bytes);
    return status == DIRTY_OK ? DIRTY_OK : note(status);
}

static int32_t watch(const DirtyRequest *call) {
    int32_t status = host->emit(host->ctx, call->id, DIRTY_EMIT_BEGIN, NULL, 0, NULL, 0);
    if (status == DIRTY_OK) status = emit(call, "\"watching\"", NULL, 0);
    while (status == DIRTY_OK) status = host->poll(host->ctx, call->id);
    return note(status);
}

static int32_t fail_after(const DirtyRequest *call, long long chunks) {
    static const char no[] = "{\"message\":\"no more\",\"details\":{\"code\":\"no_more\"}}";
    for (long long i = 0; i < chunks; i++) {
        char json[24];
        snprintf(json, sizeof json, "%lld", i);
        const int32_t status = emit(call, json, NULL, 0);
        if (status != DIRTY_OK) return status;
    }
    host->finish(host->ctx, call->id, DIRTY_E_INTERNAL, no, strlen(no), NULL, 0);
    return DIRTY_OK;
}

static int32_t wait_at(const char *args) {
    char path[200], byte;
    int fifo;
    ssize_t count;
    if (sscanf(args, "[\"%199[^\"]", path) != 1) return DIRTY_E_INVALID;
    while ((fifo = open(path, O_RDONLY | O_CLOEXEC)) < 0 && errno == EINTR) {}
    if (fifo < 0) return DIRTY_E_INVALID;
    while ((count = read(fifo, &byte, 1)) < 0 && errno == EINTR) {}
    close(fifo);
    return count == 1 ? DIRTY_OK : DIRTY_E_INTERNAL;
}

static int32_t overlap(void) {
    const long long count = atomic_fetch_add(&inside, 1) + 1;
    long long most = peak;
    while (count > most && !atomic_compare_exchange_weak(&peak, &most, count)) {}
    // Long enough for another call to come in, if it could.
    const struct timespec moment = {.tv_nsec = 2000000};
    nanosleep(&moment, NULL);
    inside--;
    return DIRTY_OK;
}

static int32_t seen(const DirtyRequest *call) {
    char json[128];
    const int count = snprintf(
        json, sizeof json, "{\"at_ns\":%lld,\"status\":%lld,\"peak\":%lld}", (long long)seen_at_ns,
        (long long)seen_status, (long long)peak);
    host->finish(host->ctx, call->id, DIRTY_OK, json, (size_t)count, NULL, 0);
    return DIRTY_OK;
}

static int32_t open_witness(const DirtyHost *table, const char *config, size_t len, void **app, char *err, size_t cap) {
    (void)config, (void)len, (void)app, (void)err, (void)cap;
    host = table;
    return DIRTY_OK;
}

static int32_t handle_witness(void *app, const DirtyRequest *call) {
    (void)app;
    const char *action = (const char *)call->action.ptr;
    long long first = 0, second = 0;
    sscanf((const char *)call->args.ptr, "[%lld,%lld", &first, &second);
    if (strcmp(action, "stream") == 0) return stream(call, -1, (size_t)first);
    if (strcmp(action, "watch") == 0) return watch(call);
    if (strcmp(action, "stream_bytes") == 0) return stream(call, first, (size_t)second);
    if (strcmp(action, "fail_after") == 0) return fail_after(call, first);
    if (strcmp(action, "wait") == 0) return wait_at((const char *)call->args.ptr);
    if (strcmp(action, "overlap") == 0) return overlap();
    if (strcmp(action, "seen") == 0) return seen(call);
    return DIRTY_E_UNSUPPORTED;
}

const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof(DirtyApp),
        .abi_minor = DIRTY_ABI_MINOR,
        .name = "Witness",
        .open = open_witness,
        .handle = handle_witness,
    };
    return &app;
}
