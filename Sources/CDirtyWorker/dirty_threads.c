#define _GNU_SOURCE
#include "dirty_threads.h"

#include "dirty_page.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/// Room for the kernel's signal frame (large with wide vector registers), the unwinder and the linker's look-ups.
#define SIGNAL_STACK_BYTES (128 * 1024)

/// What a new thread is told. Freed by the thread.
typedef struct {
    int32_t lane;
    void (*body)(void *);
    void *context;
} ThreadStart;

static _Thread_local int32_t this_lane = DIRTY_NO_LANE;
static _Thread_local volatile uint64_t this_call;
static _Atomic pid_t lane_threads[DIRTY_PAGE_MAX_LANES];

int dirty_thread_take_signal_stack(void) {
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    char *memory = mmap(
        NULL, guard + SIGNAL_STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    if (mprotect(memory, guard, PROT_NONE) != 0) return -errno;
    stack_t stack = {.ss_sp = memory + guard, .ss_size = SIGNAL_STACK_BYTES};
    return sigaltstack(&stack, NULL) == 0 ? 0 : -errno;
}

static void *run(void *argument) {
    ThreadStart start = *(ThreadStart *)argument;
    free(argument);
    this_lane = start.lane;
    // Without the extra stack only the report of a stack overflow is lost.
    dirty_thread_take_signal_stack();
    if (start.lane >= 0) atomic_store(&lane_threads[start.lane], gettid());
    start.body(start.context);
    if (start.lane >= 0) atomic_store(&lane_threads[start.lane], 0);
    return NULL;
}

int dirty_thread_start(
    int32_t lane, size_t stackBytes, void (*body)(void *), void *context, pthread_t *thread) {
    if (lane >= (int32_t)DIRTY_PAGE_MAX_LANES) return -EINVAL;
    ThreadStart *start = malloc(sizeof *start);
    if (start == NULL) return -ENOMEM;
    *start = (ThreadStart){.lane = lane, .body = body, .context = context};
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error == 0) {
        error = pthread_attr_setstacksize(&attributes, stackBytes);
        if (error == 0) error = pthread_create(thread, &attributes, run, start);
        pthread_attr_destroy(&attributes);
    }
    if (error != 0) free(start);
    return -error;
}

int32_t dirty_thread_lane(void) {
    return this_lane;
}

pid_t dirty_thread_of_lane(uint32_t lane) {
    return lane < DIRTY_PAGE_MAX_LANES ? atomic_load(&lane_threads[lane]) : 0;
}

void dirty_thread_set_call(uint64_t call) {
    this_call = call;
}

uint64_t dirty_thread_call(void) {
    return this_call;
}
