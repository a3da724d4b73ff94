#define _GNU_SOURCE
#include "faults.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAILURE "{\"message\":\"this was asked for\",\"details\":{\"hint\":\"ask for something else\",\"status\":\"mine\"}}"

/// A call that another thread is to finish.
typedef struct {
    const DirtyHost *host;
    uint64_t id;
    long long delay;
} LateFinish;

int32_t faults_error(const DirtyHost *host, const DirtyRequest *request) {
    int32_t status = (int32_t)faults_number(request->args, DIRTY_E_INTERNAL);
    host->finish(host->ctx, request->id, status, FAILURE, strlen(FAILURE), NULL, 0);
    return status;
}

int32_t faults_poisoned(const DirtyHost *host, const DirtyRequest *request) {
    (void)host;
    (void)request;
    return DIRTY_E_POISONED;
}

int32_t faults_odd_status(const DirtyHost *host, const DirtyRequest *request) {
    (void)host;
    return (int32_t)faults_number(request->args, 42);
}

int32_t faults_invalid_json(const DirtyHost *host, const DirtyRequest *request) {
    static const char json[] = "{\"broken\":nul}";
    host->finish(host->ctx, request->id, DIRTY_OK, json, strlen(json), NULL, 0);
    return DIRTY_OK;
}

int32_t faults_finish_twice(const DirtyHost *host, const DirtyRequest *request) {
    char line[64];
    host->finish(host->ctx, request->id, DIRTY_OK, "1", 1, NULL, 0);
    int32_t second = host->finish(host->ctx, request->id, DIRTY_OK, "2", 1, NULL, 0);
    int length = snprintf(line, sizeof line, "second finish: %d", (int)second);
    host->log(host->ctx, DIRTY_LOG_INFO, line, (size_t)length);
    return DIRTY_OK;
}

static void *finish_late(void *argument) {
    LateFinish late = *(LateFinish *)argument;
    free(argument);
    faults_sleep(late.delay);
    late.host->finish(late.host->ctx, late.id, DIRTY_OK, "\"from another thread\"", 21, NULL, 0);
    return NULL;
}

/// Has another thread finish the call, that much later. Returns whether it could be started.
static int start_finish(const DirtyHost *host, const DirtyRequest *request, long long delay, pthread_t *thread) {
    LateFinish *late = malloc(sizeof *late);
    if (late == NULL) return 0;
    *late = (LateFinish){.host = host, .id = request->id, .delay = delay};
    if (pthread_create(thread, NULL, finish_late, late) == 0) return 1;
    free(late);
    return 0;
}

int32_t faults_finish_thread_before(const DirtyHost *host, const DirtyRequest *request) {
    pthread_t thread;
    if (!start_finish(host, request, 0, &thread)) return DIRTY_E_NOMEM;
    pthread_join(thread, NULL);
    return DIRTY_PENDING;
}

int32_t faults_finish_thread_after(const DirtyHost *host, const DirtyRequest *request) {
    pthread_t thread;
    if (!start_finish(host, request, faults_number(request->args, 20), &thread)) return DIRTY_E_NOMEM;
    pthread_detach(thread);
    return DIRTY_PENDING;
}

int32_t faults_never_finish(const DirtyHost *host, const DirtyRequest *request) {
    (void)host;
    (void)request;
    return DIRTY_PENDING;
}

int32_t faults_echo(const DirtyHost *host, const DirtyRequest *request) {
    uint32_t count = request->attachment_count;
    DirtyOut *back = count == 0 ? NULL : host->alloc(host->ctx, request->id, count * sizeof *back);
    if (count > 0 && back == NULL) return DIRTY_E_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        back[i] = (DirtyOut){.ptr = request->attachments[i].ptr, .len = request->attachments[i].len};
    }
    host->finish(host->ctx, request->id, DIRTY_OK, (const char *)request->args.ptr, request->args.len, back, count);
    return DIRTY_OK;
}

int32_t faults_sleep_ms(const DirtyHost *host, const DirtyRequest *request) {
    long long milliseconds = faults_number(request->args, 10);
    faults_sleep(milliseconds);
    return faults_answer_number(host, request, milliseconds);
}

int32_t faults_pid(const DirtyHost *host, const DirtyRequest *request) {
    return faults_answer_number(host, request, getpid());
}
