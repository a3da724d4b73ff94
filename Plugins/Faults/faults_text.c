#include "faults.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

long long faults_number(DirtyView array, long long otherwise) {
    const char *text = (const char *)array.ptr + strspn((const char *)array.ptr, " \t\r\n[");
    char *end;
    long long number = strtoll(text, &end, 10);
    return end == text ? otherwise : number;
}

void faults_member(const char *object, const char *key, char *value, size_t capacity) {
    char name[64];
    value[0] = 0;
    snprintf(name, sizeof name, "\"%s\"", key);
    const char *found = strstr(object, name);
    if (found == NULL) return;
    found += strlen(name);
    found += strspn(found, " \t\r\n:");
    if (*found != '"') return;
    size_t length = strcspn(found + 1, "\"");
    snprintf(value, capacity, "%.*s", (int)length, found + 1);
}

int32_t faults_answer_number(const DirtyHost *host, const DirtyRequest *request, long long number) {
    char json[32];
    int length = snprintf(json, sizeof json, "%lld", number);
    host->finish(host->ctx, request->id, DIRTY_OK, json, (size_t)length, NULL, 0);
    return DIRTY_OK;
}

void faults_sleep(long long milliseconds) {
    struct timespec rest = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR) continue;
}
