// Functions of every shape that a manifest can describe, for the tests of the FFI plugin.
#ifndef SHAPES_H
#define SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inner {
    char tag;
    double weight;
    short count;
};

struct outer {
    unsigned char flag;
    struct inner inner;
    float ratio;
    const char *name;
    void *link;
};

typedef struct thing thing;

// Scalars, back as they came.
int8_t same_i8(int8_t value);
int16_t same_i16(int16_t value);
int32_t same_i32(int32_t value);
int64_t same_i64(int64_t value);
uint8_t same_u8(uint8_t value);
uint16_t same_u16(uint16_t value);
uint32_t same_u32(uint32_t value);
uint64_t same_u64(uint64_t value);
float same_f32(float value);
double same_f64(double value);
bool same_bool(bool value);
char same_char(char value);
short same_short(short value);
int same_int(int value);
unsigned same_uint(unsigned value);
long same_long(long value);
unsigned long same_ulong(unsigned long value);
size_t same_size(size_t value);
long same_ssize(long value);
// Sixteen parameters, some on the stack.
double sum16(int8_t a, uint16_t b, int c, long d, float e, double f, int g, int h, double i, double j, double k, double l,
             double m, double n, double o, short p);

// Structs.
struct outer outer_moved(struct outer value, double by);
void outer_doubled(struct outer *value);
int outer_made(struct outer *value);
double inner_sum(const struct inner *values, size_t count);

// Arrays, text and bytes.
long sum_ints(const int *values, size_t count);
void scale(double *values, size_t count, double by);
size_t squares(unsigned *values, size_t capacity);
size_t joined_length(const char *const *texts, size_t count);
int fill(unsigned char *bytes, size_t *count, size_t wanted);
void reverse(unsigned char *bytes, size_t count);
int overrun(unsigned char *bytes, size_t count, size_t written);
int32_t written(char *text, size_t capacity, const char *from);
char *made_text(const char *text);
int made_bytes(unsigned char **bytes, size_t *count, size_t wanted);
const char *lent_text(int kind);
size_t taken(char *text);
int total(int count, ...);

// Failures.
int fails(int code);
long bounded(long value);
const char *reason(long code);

// Handles. thing_open gives a thing even if it fails.
thing *thing_new(int value);
int thing_open(int value, thing **made);
thing *thing_child(thing *parent, int value);
int thing_value(thing *it);
int thing_close(thing *it);
void thing_free(thing *it);
const char *thing_problem(thing *it);
int things_alive(void);
// The values of things in the order in which they were freed, since the last time this was asked.
int things_freed(int *values, int capacity);

// Callbacks.
typedef int (*visitor)(void *context, int number, const char *text, double weight);
int visit(int count, visitor visit, void *context);
int visit_bytes(int count, void (*visit)(const unsigned char *bytes, size_t count));
int visit_later(void);
int visit_elsewhere(visitor visit);

// Time.
int sleep_for(int milliseconds);

#endif
