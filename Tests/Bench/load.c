// The generator of Scripts/bench: one closed loop for all contestants, around Sources/CDirtyLoad.
//
//   load SOCKET FRAME [--gd] [--connections N] [--depth N] [--idle N] [--warmup N] [--requests N] [--seconds S]
//     [--share BYTES [--copy]]
//
// FRAME is a file with one whole request, attachments included. A JSON one must have the id 1000000000 as its member "id",
// written without a space: each request gets another id of ten digits in its place. With --share it shares so many bytes with
// the host as memory, there and back (see dirty_load.h), and with --copy it fills and reads that memory at every call. Prints one line, a JSON object: how many
// answers, errors and chunks came, in how many seconds, bytes in each direction, latencies in microseconds, and the share
// of one processor that this program used, from connecting to the end. Ends with 1 if a connection failed; errors that the
// host answers are only counted.
#define _GNU_SOURCE
#include "dirty_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/// What the id's digits are in the file, and what precedes them.
static const char ID_MEMBER[] = "\"id\":1000000000";

/// A hello that asks for shared memory, with its length before it.
static const uint8_t SHARING_HELLO[] = "\0\0\0\x2c{\"type\":\"hello\",\"id\":0,\"shared_memory\":true}";

enum { ID_DIGITS = 10 };

static void die(const char *what, const char *name) {
    fprintf(stderr, "load: %s: %s\n", what, name);
    exit(2);
}

/// The file's bytes; `count` is how many.
static uint8_t *read_file(const char *path, size_t *count) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) die("can't read the frame", path);
    *count = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*count + 1);
    if (bytes == NULL || fread(bytes, 1, *count, file) != *count) die("can't read the frame", path);
    fclose(file);
    return bytes;
}

/// Where the id's digits begin in a JSON frame.
static size_t offset_of_id(const uint8_t *frame, size_t count) {
    const size_t length = sizeof ID_MEMBER - 1;
    for (size_t at = 0; at + length <= count; at++) {
        if (memcmp(frame + at, ID_MEMBER, length) == 0) return at + length - ID_DIGITS;
    }
    die("the frame has no member", ID_MEMBER);
    return 0;
}

/// Takes the options from `argv` into `plan`.
static void read_options(int argc, char **argv, DirtyLoadPlan *plan) {
    for (int i = 3; i < argc; i++) {
        const char *option = argv[i];
        if (strcmp(option, "--gd") == 0) {
            plan->form = DIRTY_LOAD_GD;
            continue;
        }
        if (strcmp(option, "--copy") == 0) {
            plan->shared_copies = 1;
            continue;
        }
        if (++i == argc) die("this needs a value", option);
        char *end;
        double value = strtod(argv[i], &end);
        if (end == argv[i] || *end != 0 || value < 0) die("not a number from 0 up", argv[i]);
        if (strcmp(option, "--connections") == 0) {
            plan->connections = (uint32_t)value;
        } else if (strcmp(option, "--depth") == 0) {
            plan->depth = (uint32_t)value;
        } else if (strcmp(option, "--idle") == 0) {
            plan->idle_connections = (uint32_t)value;
        } else if (strcmp(option, "--warmup") == 0) {
            plan->warmup = (uint64_t)value;
        } else if (strcmp(option, "--requests") == 0) {
            plan->requests = (uint64_t)value;
        } else if (strcmp(option, "--share") == 0) {
            plan->shared_bytes = (size_t)value;
            plan->greeting = SHARING_HELLO;
            plan->greeting_bytes = sizeof SHARING_HELLO - 1;
        } else if (strcmp(option, "--seconds") == 0) {
            plan->duration_ns = (uint64_t)(value * 1e9);
        } else {
            die("unknown option", option);
        }
    }
    if (plan->connections == 0 || plan->depth == 0) die("at least 1", "--connections, --depth");
    if (plan->requests == 0 && plan->duration_ns == 0) die("one of these is needed", "--requests, --seconds");
}

/// As many descriptors as this process may have: each connection is one.
static void raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// What `clock` says, in seconds.
static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/// Prints `text` as a JSON string; bytes that would need an escape, and those of binary frames, become dots.
static void print_string(const char *text) {
    putchar('"');
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\') putchar('\\');
        putchar(*text >= ' ' && *text <= '~' ? *text : '.');
    }
    putchar('"');
}

static void print_result(const DirtyLoadResult *result, double processor_share) {
    const double seconds = (double)result->elapsed_ns / 1e9, per_microsecond = 1e-3;
    const uint64_t ended = result->answers + result->errors;
    printf("{\"answers\":%llu,\"errors\":%llu,\"chunks\":%llu,\"seconds\":%.6f,",
           (unsigned long long)result->answers, (unsigned long long)result->errors, (unsigned long long)result->chunks, seconds);
    printf("\"rate\":%.3f,\"chunk_rate\":%.3f,\"sent_rate\":%.0f,\"received_rate\":%.0f,",
           (double)result->answers / seconds, (double)result->chunks / seconds, (double)result->sent_bytes / seconds,
           (double)result->received_bytes / seconds);
    printf("\"mean\":%.2f,\"p50\":%.2f,\"p90\":%.2f,\"p99\":%.2f,\"max\":%.2f,",
           ended == 0 ? 0 : (double)result->latency_sum_ns / (double)ended * per_microsecond,
           (double)dirty_load_quantile(result, 0.5) * per_microsecond,
           (double)dirty_load_quantile(result, 0.9) * per_microsecond,
           (double)dirty_load_quantile(result, 0.99) * per_microsecond, (double)result->latency_max_ns * per_microsecond);
    printf("\"processor_share\":%.3f,\"message\":", processor_share);
    print_string(result->message);
    puts("}");
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: load SOCKET FRAME [--gd] [--connections N] [--depth N] [--idle N] [--warmup N] [--requests N] "
                        "[--seconds S] [--share BYTES [--copy]]\n");
        return 2;
    }
    DirtyLoadPlan plan = {.socket_path = argv[1], .connections = 1, .depth = 1};
    read_options(argc, argv, &plan);
    raise_descriptor_limit();
    plan.frame = read_file(argv[2], &plan.frame_bytes);
    if (plan.form == DIRTY_LOAD_JSON) plan.id_offset = offset_of_id(plan.frame, plan.frame_bytes);
    DirtyLoadResult *result = calloc(1, sizeof *result);
    if (result == NULL) die("no memory", "the result");
    const double began = now(CLOCK_MONOTONIC), used = now(CLOCK_PROCESS_CPUTIME_ID);
    if (dirty_load_run(&plan, result) != 0) {
        fprintf(stderr, "load: %s\n", result->message);
        return 1;
    }
    print_result(result, (now(CLOCK_PROCESS_CPUTIME_ID) - used) / (now(CLOCK_MONOTONIC) - began));
    return 0;
}
