/*
 * A plugin of the first day: built over the header as it was then, which must never have to change for it.
 *
 *     echo(value)     gives the arguments back, from memory of the host's
 *     count([limit])  streams numbers until nobody wants them
 *     bytes()         answers with an attachment that it hands over
 *     late()          is answered by a thread of its own, after `handle` has returned
 *     fail()          fails
 *
 * libfrozen-x86_64.so was built from this, by
 *     gcc -std=c11 -Os -shared -fPIC -fvisibility=hidden -Wl,-s -Wl,--build-id=none frozen.c
 * and is never to be built again: it stands for the plugins that are out there. Neither is dirty_app_frozen.h, the header
 * as it was first documented, to be touched.
 */
#include "dirty_app_frozen.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const DirtyHost *host;

static int32_t open_frozen(const DirtyHost *table, const char *config, size_t len, void **app, char *err, size_t cap) {
    if (table->struct_size < sizeof *table || table->abi_major != DIRTY_ABI_MAJOR || config[len] != '\0') {
        snprintf(err, cap, "the host isn't what it was");
        return DIRTY_E_UNSUPPORTED;
    }
    host = table;
    *app = (void *)table;
    return DIRTY_OK;
}

static int32_t answer(uint64_t id, const char *json, const DirtyOut *attachments, uint32_t count) {
    return host->finish(host->ctx, id, DIRTY_OK, json, strlen(json), attachments, count);
}

static void *answer_late(void *id) {
    answer(*(uint64_t *)id, "\"late\"", NULL, 0);
    free(id);
    return NULL;
}

static int32_t late(const DirtyRequest *call) {
    uint64_t *id = malloc(sizeof *id);
    pthread_t thread;
    if (id == NULL) return DIRTY_E_NOMEM;
    *id = call->id;
    if (pthread_create(&thread, NULL, answer_late, id) != 0) {
        free(id);
        return DIRTY_E_INTERNAL;
    }
    pthread_detach(thread);
    return DIRTY_PENDING;
}

static int32_t count(const DirtyRequest *call) {
    unsigned limit = 0;
    const int is_bounded = sscanf((const char *)call->args.ptr, "[%u]", &limit) == 1;
    for (unsigned i = 0; !is_bounded || i < limit; i++) {
        char json[16];
        const int len = snprintf(json, sizeof json, "%u", i);
        const int32_t status = host->emit(host->ctx, call->id, DIRTY_EMIT_CHUNK, json, (size_t)len, NULL, 0);
        if (status != DIRTY_OK) return status;
        if (host->poll(host->ctx, call->id) != DIRTY_OK) return DIRTY_E_CANCELLED;
    }
    return DIRTY_OK;
}

static int32_t echo(const DirtyRequest *call) {
    char *copy = host->alloc(host->ctx, call->id, call->args.len + 1);
    if (copy == NULL) return DIRTY_E_NOMEM;
    memcpy(copy, call->args.ptr, call->args.len + 1);
    answer(call->id, copy, NULL, 0);
    return DIRTY_OK;
}

static int32_t bytes(const DirtyRequest *call) {
    uint8_t *mine = malloc(4);
    if (mine == NULL) return DIRTY_E_NOMEM;
    memcpy(mine, "\x00\x01\xfe\xff", 4);
    const DirtyOut out = {.ptr = mine, .len = 4, .release = free, .ctx = mine};
    answer(call->id, "{\"$attachment\":0}", &out, 1);
    return DIRTY_OK;
}

static int32_t handle_frozen(void *app, const DirtyRequest *call) {
    (void)app;
    static const char no[] = "{\"message\":\"frozen\",\"details\":{\"temperature\":-40}}";
    const char *action = (const char *)call->action.ptr;
    if (strcmp(action, "echo") == 0) return echo(call);
    if (strcmp(action, "count") == 0) return count(call);
    if (strcmp(action, "bytes") == 0) return bytes(call);
    if (strcmp(action, "late") == 0) return late(call);
    if (strcmp(action, "fail") != 0) return DIRTY_E_UNSUPPORTED;
    host->finish(host->ctx, call->id, DIRTY_E_BUSY, no, strlen(no), NULL, 0);
    return DIRTY_OK;
}

static void close_frozen(void *app) {
    (void)app;
    host->log(host->ctx, DIRTY_LOG_INFO, "frozen is closed", 16);
}

const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof app,
        .abi_minor = DIRTY_ABI_MINOR,
        .name = "Frozen",
        .version = "1.0.0",
        .manifest = "{\"actions\":[{\"name\":\"echo\"},{\"name\":\"count\"},{\"name\":\"bytes\"},{\"name\":\"late\"}]}",
        .open = open_frozen,
        .handle = handle_frozen,
        .close = close_frozen,
    };
    return &app;
}
