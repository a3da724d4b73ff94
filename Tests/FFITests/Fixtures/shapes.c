#define _GNU_SOURCE
#include "shapes.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int8_t same_i8(int8_t value) { return value; }
int16_t same_i16(int16_t value) { return value; }
int32_t same_i32(int32_t value) { return value; }
int64_t same_i64(int64_t value) { return value; }
uint8_t same_u8(uint8_t value) { return value; }
uint16_t same_u16(uint16_t value) { return value; }
uint32_t same_u32(uint32_t value) { return value; }
uint64_t same_u64(uint64_t value) { return value; }
float same_f32(float value) { return value; }
double same_f64(double value) { return value; }
bool same_bool(bool value) { return value; }
char same_char(char value) { return value; }
short same_short(short value) { return value; }
int same_int(int value) { return value; }
unsigned same_uint(unsigned value) { return value; }
long same_long(long value) { return value; }
unsigned long same_ulong(unsigned long value) { return value; }
size_t same_size(size_t value) { return value; }
long same_ssize(long value) { return value; }

double sum16(int8_t a, uint16_t b, int c, long d, float e, double f, int g, int h, double i, double j, double k, double l,
             double m, double n, double o, short p) {
    return a + b + c + (double)d + (double)e + f + g + h + i + j + k + l + m + n + o + p;
}

struct outer outer_moved(struct outer value, double by) {
    value.flag++;
    value.inner.weight += by;
    value.inner.count = (short)(value.inner.count - 1);
    value.ratio /= 2;
    return value;
}

void outer_doubled(struct outer *value) {
    value->inner.weight *= 2;
    value->inner.tag++;
    value->name = value->name == NULL ? "nameless" : NULL;
}

int outer_made(struct outer *value) {
    *value = (struct outer){.flag = 200, .inner = {.tag = 'x', .weight = -1.5, .count = -7}, .ratio = 0.25f, .name = "made"};
    return 0;
}

double inner_sum(const struct inner *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += values[i].weight * values[i].count;
    return sum;
}

long sum_ints(const int *values, size_t count) {
    long sum = 0;
    for (size_t i = 0; i < count; i++) sum += values[i];
    return sum;
}

void scale(double *values, size_t count, double by) {
    for (size_t i = 0; i < count; i++) values[i] *= by;
}

size_t squares(unsigned *values, size_t capacity) {
    for (size_t i = 0; i < capacity; i++) values[i] = (unsigned)(i * i);
    return capacity > 1 ? capacity - 1 : capacity;
}

size_t joined_length(const char *const *texts, size_t count) {
    size_t length = 0;
    for (size_t i = 0; i < count; i++) length += strlen(texts[i]);
    return length;
}

int fill(unsigned char *bytes, size_t *count, size_t wanted) {
    for (size_t i = 0; i < wanted && i < *count; i++) bytes[i] = (unsigned char)i;
    *count = wanted;
    return 0;
}

void reverse(unsigned char *bytes, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        unsigned char byte = bytes[i];
        bytes[i] = bytes[count - 1 - i];
        bytes[count - 1 - i] = byte;
    }
}

int overrun(unsigned char *bytes, size_t count, size_t written) {
    memset(bytes, 7, written);
    return (int)(written - count);
}

int32_t written(char *text, size_t capacity, const char *from) {
    return snprintf(text, capacity, "<%s>", from);
}

char *made_text(const char *text) {
    return strcmp(text, "nothing") == 0 ? NULL : strdup(text);
}

int made_bytes(unsigned char **bytes, size_t *count, size_t wanted) {
    *count = wanted;
    *bytes = wanted == 0 ? NULL : malloc(wanted);
    if (*bytes != NULL) memset(*bytes, 9, wanted);
    return 0;
}

const char *lent_text(int kind) {
    return kind == 0 ? "lent" : kind == 1 ? NULL : "\xff\xfe";
}

size_t taken(char *text) {
    size_t length = strlen(text);
    free(text);
    return length;
}

int total(int count, ...) {
    va_list list;
    va_start(list, count);
    int sum = 0;
    for (int i = 0; i < count; i++) sum += va_arg(list, int);
    sum += (int)va_arg(list, double);
    va_end(list);
    return sum;
}

int fails(int code) {
    errno = code;
    return code == 0 ? 0 : -1;
}

long bounded(long value) { return value; }

const char *reason(long code) { return code == -3 ? "for a reason" : "for another"; }

struct thing {
    int value;
    thing *parent;
};

static int alive, freed_count, freed[64];

thing *thing_new(int value) {
    if (value < 0) return NULL;
    thing *it = calloc(1, sizeof *it);
    it->value = value;
    alive++;
    return it;
}

int thing_open(int value, thing **made) {
    *made = thing_new(abs(value));
    return value < 0 ? -3 : 0;
}

thing *thing_child(thing *parent, int value) {
    thing *it = thing_new(value);
    it->parent = parent;
    return it;
}

int thing_value(thing *it) { return it->value + (it->parent == NULL ? 0 : it->parent->value); }

int thing_close(thing *it) {
    if (freed_count < 64) freed[freed_count++] = thing_value(it);
    memset(it, 0xdd, sizeof *it);
    free(it);
    alive--;
    return 0;
}

void thing_free(thing *it) { thing_close(it); }

const char *thing_problem(thing *it) {
    static char text[64];
    snprintf(text, sizeof text, "thing %d is no good", it->value);
    return text;
}

int things_alive(void) { return alive; }

int things_freed(int *values, int capacity) {
    int count = freed_count < capacity ? freed_count : capacity;
    memcpy(values, freed, (size_t)count * sizeof *values);
    freed_count = 0;
    return count;
}

static visitor last;

int visit(int count, visitor visit, void *context) {
    last = visit;
    for (int i = 0; visit != NULL && i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "number %d", i);
        if (visit(context, i, text, i / 4.0) != 0) return i;
    }
    return count;
}

int visit_bytes(int count, void (*visit)(const unsigned char *bytes, size_t count)) {
    unsigned char bytes[256];
    for (int i = 0; i < count; i++) {
        memset(bytes, i, sizeof bytes);
        visit(bytes, (size_t)i);
    }
    return count;
}

int visit_later(void) { return last == NULL ? -1 : last(NULL, 5, "later", 5); }

static void *run_visitor(void *visit) {
    return (void *)(intptr_t)((visitor)visit)(NULL, 6, "elsewhere", 6);
}

int visit_elsewhere(visitor visit) {
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, run_visitor, (void *)visit);
    pthread_join(thread, &result);
    return (int)(intptr_t)result;
}

int sleep_for(int milliseconds) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    while (nanosleep(&time, &time) != 0) {}
    return milliseconds;
}
