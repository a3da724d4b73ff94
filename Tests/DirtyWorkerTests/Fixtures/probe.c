/* A plugin that uses every function of the host and says what came of it. */
#define _GNU_SOURCE
#include "dirty_app.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS 4
#define CHUNKS_A_THREAD 50
#define LARGE_BYTES (300 * 1024)

static const DirtyHost *host;
static char app_config[256];
static pid_t open_thread;
static atomic_int released;
static char last_words[256];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint64_t hooked_id;
static int32_t hooked_why;
static int gathered;

static int32_t finish_text(const DirtyRequest *call, const char *json) {
    host->finish(host->ctx, call->id, DIRTY_OK, json, strlen(json), NULL, 0);
    return DIRTY_OK;
}

static int32_t finish_number(const DirtyRequest *call, long long number) {
    char json[32];
    snprintf(json, sizeof json, "%lld", number);
    return finish_text(call, json);
}

static long long argument(const DirtyRequest *call) {
    return atoll((const char *)call->args.ptr + 1);
}

static void count_release(void *ctx) {
    atomic_fetch_add(&released, 1);
    free(ctx);
}

/* An attachment that the host is to own. */
static DirtyOut owned(const char *text) {
    char *copy = strdup(text);
    return (DirtyOut){.ptr = (const uint8_t *)copy, .len = strlen(text), .release = count_release, .ctx = copy};
}

/* Every text view is followed by a NUL, every attachment aligned. */
static int32_t views(const DirtyRequest *call) {
    int ok = call->action.ptr[call->action.len] == 0 && call->args.ptr[call->args.len] == 0
        && call->kwargs.ptr[call->kwargs.len] == 0 && call->struct_size == sizeof *call;
    for (uint32_t i = 0; i < call->attachment_count; i++) ok = ok && (uintptr_t)call->attachments[i].ptr % 16 == 0;
    return finish_text(call, ok ? "true" : "false");
}

/* Memory is aligned, distinct and the call's alone. */
static int32_t alloc(const DirtyRequest *call) {
    unsigned char *blocks[64];
    for (int i = 0; i < 64; i++) {
        blocks[i] = host->alloc(host->ctx, call->id, 1000 + (size_t)i);
        if (blocks[i] == NULL || (uintptr_t)blocks[i] % 16 != 0) return DIRTY_E_NOMEM;
        memset(blocks[i], i, 1000 + (size_t)i);
    }
    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < 1000 + i; j++) {
            if (blocks[i][j] != i) return DIRTY_E_INTERNAL;
        }
    }
    if (host->alloc(host->ctx, call->id + 256, 8) != NULL) return DIRTY_E_INTERNAL;
    if (host->alloc(host->ctx, call->id, SIZE_MAX) != NULL) return DIRTY_E_INTERNAL;
    char *json = host->alloc(host->ctx, call->id, 16);
    strcpy(json, "\"allocated\"");
    return finish_text(call, json);
}

static void *finish_allocated(void *argument) {
    uint64_t id = (uint64_t)(uintptr_t)argument;
    char *json = host->alloc(host->ctx, id, LARGE_BYTES);
    json[0] = json[LARGE_BYTES - 1] = '"';
    memset(json + 1, 'a', LARGE_BYTES - 2);
    host->finish(host->ctx, id, DIRTY_OK, json, LARGE_BYTES, NULL, 0);
    return NULL;
}

/* A pending call's memory is its result. */
static int32_t alloc_pending(const DirtyRequest *call) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, finish_allocated, (void *)(uintptr_t)call->id) != 0) return DIRTY_E_NOMEM;
    pthread_detach(thread);
    return DIRTY_PENDING;
}

static void *finish_cancelled(void *request) {
    DirtyRequest call = *(DirtyRequest *)request;
    free(request);
    while (host->poll(host->ctx, call.id) == DIRTY_OK) continue;
    host->finish(host->ctx, call.id, DIRTY_OK, (const char *)call.args.ptr, call.args.len, NULL, 0);
    return NULL;
}

/* Is pending until it is cancelled, and answers with its arguments then. */
static int32_t wait_pending(const DirtyRequest *call) {
    pthread_t thread;
    DirtyRequest *copy = malloc(sizeof *copy);
    if (copy == NULL) return DIRTY_E_NOMEM;
    *copy = *call;
    if (pthread_create(&thread, NULL, finish_cancelled, copy) != 0) {
        free(copy);
        return DIRTY_E_NOMEM;
    }
    pthread_detach(thread);
    return DIRTY_PENDING;
}

/* Hands attachments over in every way that fails, and in those that don't. `released` says how many came back. */
static int32_t release(const DirtyRequest *call) {
    DirtyOut twice[2];
    atomic_store(&released, 0);
    twice[0] = owned("emitted 0"), twice[1] = owned("emitted 1");
    static const char both[] = "[{\"$attachment\":0}, {\"$attachment\" : 1 }]";
    host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, both, strlen(both), twice, 2);
    twice[0] = owned("not JSON");
    int32_t invalid = host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, "{", 1, twice, 1);
    twice[0] = owned("unknown kind");
    int32_t unsupported = host->emit(host->ctx, call->id, 77, "1", 1, twice, 1);
    twice[0] = owned("another call");
    int32_t gone = host->emit(host->ctx, call->id + 256, DIRTY_EMIT_CHUNK, "1", 1, twice, 1);
    twice[0] = owned("the result");
    host->finish(host->ctx, call->id, DIRTY_OK, "{\"$attachment\":0}", 17, twice, 1);
    twice[0] = owned("too late");
    int32_t late = host->finish(host->ctx, call->id, DIRTY_OK, "2", 1, twice, 1);
    twice[0] = owned("too late");
    int32_t later = host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, "3", 1, twice, 1);
    snprintf(
        last_words, sizeof last_words, "[%d,%d,%d,%d,%d,%d,%d,%d]", invalid, unsupported, gone, late, later,
        host->poll(host->ctx, call->id), host->alloc(host->ctx, call->id, 8) != NULL, atomic_load(&released));
    return DIRTY_OK;
}

static int32_t last(const DirtyRequest *call) {
    return finish_text(call, last_words);
}

/* Gives back what came, as the result and as raw bytes. */
static int32_t reflect(const DirtyRequest *call) {
    uint32_t n = call->attachment_count;
    DirtyOut *back = host->alloc(host->ctx, call->id, (n + 1) * sizeof *back);
    for (uint32_t i = 0; i < n; i++) {
        back[i] = (DirtyOut){.ptr = call->attachments[i].ptr, .len = call->attachments[i].len};
    }
    size_t len = call->args.len + call->kwargs.len + 3;
    char *json = host->alloc(host->ctx, call->id, len + 1);
    snprintf(json, len + 1, "[%s,%s]", (const char *)call->args.ptr, (const char *)call->kwargs.ptr);
    host->finish(host->ctx, call->id, DIRTY_OK, json, len, back, n);
    return DIRTY_OK;
}

typedef struct Later {
    uint64_t id;
    DirtyOut out;
} Later;

static void *give_back(void *argument) {
    Later later = *(Later *)argument;
    free(argument);
    host->finish(host->ctx, later.id, DIRTY_OK, "{\"$attachment\":0}", 17, &later.out, 1);
    return NULL;
}

/* Gives the first attachment back from another thread, when `handle` may have returned. */
static int32_t reflect_later(const DirtyRequest *call) {
    pthread_t thread;
    Later *later = malloc(sizeof *later);
    *later = (Later){.id = call->id, .out = {.ptr = call->attachments[0].ptr, .len = call->attachments[0].len}};
    if (pthread_create(&thread, NULL, give_back, later) != 0) return DIRTY_E_NOMEM;
    pthread_detach(thread);
    return DIRTY_PENDING;
}

/* Refers to an attachment that there isn't. */
static int32_t bad_reference(const DirtyRequest *call) {
    DirtyOut one = owned("one");
    host->finish(host->ctx, call->id, DIRTY_OK, "[{\"$attachment\":1}]", 19, &one, 1);
    return DIRTY_OK;
}

/* Answers with 4 GiB of attachments, all of them the same memory, and before that sends them as a chunk. */
static int32_t beyond(const DirtyRequest *call) {
    enum { COUNT = 4096 };
    static const uint8_t mebibyte[1 << 20];
    static DirtyOut parts[COUNT];
    for (int i = 0; i < COUNT; i++) parts[i] = (DirtyOut){.ptr = mebibyte, .len = sizeof mebibyte};
    DirtyOut endless = {.ptr = mebibyte, .len = SIZE_MAX};
    int32_t nonsense = host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, "1", 1, &endless, 1);
    int32_t chunk = host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, "1", 1, parts, COUNT);
    parts[0].release = count_release, parts[0].ctx = NULL;
    atomic_store(&released, 0);
    int32_t result = host->finish(host->ctx, call->id, DIRTY_OK, "2", 1, parts, COUNT);
    snprintf(last_words, sizeof last_words, "[%d,%d,%d,%d]", nonsense, chunk, result, atomic_load(&released));
    return DIRTY_OK;
}

/* Runs until the call isn't wanted, and says what `poll` and `emit` said. */
static int32_t wait_poll(const DirtyRequest *call) {
    int32_t status;
    host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, "\"begun\"", 7, NULL, 0);
    while ((status = host->poll(host->ctx, call->id)) == DIRTY_OK) continue;
    char json[64];
    int len = snprintf(
        json, sizeof json, "[%d,%d]", status, host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, "1", 1, NULL, 0));
    host->finish(host->ctx, call->id, DIRTY_OK, json, (size_t)len, NULL, 0);
    return DIRTY_OK;
}

/* Runs until the `cancel` hook names the call, and says why. */
static int32_t wait_hook(const DirtyRequest *call) {
    host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, "\"begun\"", 7, NULL, 0);
    pthread_mutex_lock(&lock);
    while (hooked_id != call->id) pthread_cond_wait(&changed, &lock);
    int32_t why = hooked_why;
    pthread_mutex_unlock(&lock);
    return finish_number(call, why);
}

static void cancel(void *app, uint64_t id, int32_t why) {
    (void)app;
    pthread_mutex_lock(&lock);
    hooked_id = id;
    hooked_why = why;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* Returns when as many calls as it is told run at once. */
static int32_t gather(const DirtyRequest *call) {
    long long count = argument(call);
    pthread_mutex_lock(&lock);
    gathered++;
    pthread_cond_broadcast(&changed);
    while (gathered < count) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return finish_number(call, gettid());
}

static void *emit_from_thread(void *argument) {
    uint64_t id = (uint64_t)(uintptr_t)argument;
    char *json = malloc(LARGE_BYTES);
    memset(json, ' ', LARGE_BYTES);
    snprintf(json, 32, "%d", gettid());
    json[strlen(json)] = ' ';
    for (int i = 0; i < CHUNKS_A_THREAD; i++) {
        host->emit(host->ctx, id, DIRTY_EMIT_CHUNK, json, i % 2 == 0 ? 32 : LARGE_BYTES, NULL, 0);
    }
    free(json);
    return NULL;
}

/* Emits from several threads at once, small and large chunks. */
static int32_t emit_threads(const DirtyRequest *call) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, emit_from_thread, (void *)(uintptr_t)call->id) != 0) abort();
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    return finish_number(call, THREADS * CHUNKS_A_THREAD);
}

/* A result of as many bytes as it is told. */
static int32_t large(const DirtyRequest *call) {
    size_t size = (size_t)argument(call);
    char *json = malloc(size);
    memset(json, 'b', size);
    json[0] = json[size - 1] = '"';
    int32_t status = host->finish(host->ctx, call->id, DIRTY_OK, json, size, NULL, 0);
    free(json);
    snprintf(last_words, sizeof last_words, "%d", status);
    return DIRTY_OK;
}

static int32_t emit_then_fail(const DirtyRequest *call) {
    host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, "1", 1, NULL, 0);
    return DIRTY_E_NOT_FOUND;
}

static int32_t emit_then_ok(const DirtyRequest *call) {
    host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, "1", 1, NULL, 0);
    return DIRTY_OK;
}

static int32_t nothing(const DirtyRequest *call) {
    (void)call;
    return DIRTY_OK;
}

static int32_t bad_error(const DirtyRequest *call) {
    host->finish(host->ctx, call->id, DIRTY_E_BUSY, "{\"message\":", 11, NULL, 0);
    return DIRTY_OK;
}

static int32_t finish_odd(const DirtyRequest *call) {
    int32_t status = host->finish(host->ctx, call->id, 12, NULL, 0, NULL, 0);
    snprintf(last_words, sizeof last_words, "%d", status);
    return DIRTY_OK;
}

static int32_t print(const DirtyRequest *call) {
    printf("printed\n");
    fprintf(stderr, "complained\n");
    host->log(host->ctx, DIRTY_LOG_WARNING, "two\nlines", 9);
    return finish_text(call, "null");
}

static int32_t deadline(const DirtyRequest *call) {
    return finish_number(call, (long long)call->deadline_ns);
}

static int32_t config(const DirtyRequest *call) {
    return finish_text(call, app_config);
}

static int32_t extension(const DirtyRequest *call) {
    return finish_text(call, host->extension(host->ctx, "dirty.unheard-of/1") == NULL ? "null" : "1");
}

static int32_t pinned(const DirtyRequest *call) {
    return finish_text(call, gettid() == open_thread ? "true" : "false");
}

static const struct {
    const char *name;
    int32_t (*run)(const DirtyRequest *);
} actions[] = {
    {"views", views}, {"alloc", alloc}, {"alloc_pending", alloc_pending}, {"wait_pending", wait_pending}, {"release", release}, {"last", last},
    {"reflect", reflect}, {"reflect_later", reflect_later}, {"bad_reference", bad_reference}, {"beyond", beyond}, {"wait_poll", wait_poll}, {"wait_hook", wait_hook},
    {"gather", gather}, {"emit_threads", emit_threads}, {"large", large}, {"emit_then_fail", emit_then_fail},
    {"emit_then_ok", emit_then_ok}, {"nothing", nothing}, {"bad_error", bad_error}, {"finish_odd", finish_odd},
    {"print", print}, {"deadline", deadline}, {"config", config}, {"extension", extension}, {"pinned", pinned},
};

static int32_t open_probe(const DirtyHost *h, const char *text, size_t len, void **app, char *err, size_t cap) {
    if (h->struct_size < sizeof *h || h->abi_major != DIRTY_ABI_MAJOR || text[len] != 0) {
        snprintf(err, cap, "the host's table or the configuration is not as it should be");
        return DIRTY_E_INVALID;
    }
    host = h;
    open_thread = gettid();
    snprintf(app_config, sizeof app_config, "%s", text);
    *app = app_config;
    h->log(h->ctx, DIRTY_LOG_INFO, "open", 4);
    return DIRTY_OK;
}

static int32_t handle_probe(void *app, const DirtyRequest *call) {
    if (app != app_config) return DIRTY_E_INTERNAL;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp((const char *)call->action.ptr, actions[i].name) == 0) return actions[i].run(call);
    }
    return DIRTY_E_UNSUPPORTED;
}

static void close_probe(void *app) {
    (void)app;
    const char *text = gettid() == open_thread ? "close" : "close on another thread";
    host->log(host->ctx, DIRTY_LOG_INFO, text, strlen(text));
}

const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof(DirtyApp),
        .flags = DIRTY_APP_CONCURRENT,
        .name = "Probe",
        .version = "1",
        .open = open_probe,
        .handle = handle_probe,
        .close = close_probe,
        .cancel = cancel,
    };
    return &app;
}
