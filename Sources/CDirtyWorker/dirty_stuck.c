#define _GNU_SOURCE
#include "dirty_crash.h"
#include "dirty_frames.h"
#include "dirty_threads.h"

#include <errno.h>
#include <execinfo.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_NANOSECONDS 100000000L

/// Idle -> asked (control thread) -> taking (the lane's thread) -> taken -> idle; or asked -> idle, when patience ends.
enum { IDLE, ASKED, TAKING, TAKEN };

static _Atomic int state;
static _Atomic pid_t asked_thread;
static void *frames[DIRTY_FRAMES_MAX];
static int frame_count;
static void *interrupted;
static sem_t answered;

/// Collects addresses only: names are looked up by the control thread, since that takes the linker's lock.
static void handle_request(int signal, siginfo_t *info, void *ucontext) {
    (void)signal;
    (void)info;
    int error = errno;
    int asked = ASKED;
    // A request that was given up may arrive late, when another lane is asked.
    if (atomic_load(&asked_thread) == gettid() && atomic_compare_exchange_strong(&state, &asked, TAKING)) {
        interrupted = dirty_frames_interrupted(ucontext);
        frame_count = backtrace(frames, DIRTY_FRAMES_MAX);
        atomic_store(&state, TAKEN);
        sem_post(&answered);
    }
    errno = error;
}

/// A real-time signal that the C library and the usual runtimes leave alone.
static int request_signal(void) {
    return SIGRTMAX - 7;
}

int dirty_stuck_install(void) {
    dirty_frames_prepare();
    if (sem_init(&answered, 0, 0) != 0) return -errno;
    struct sigaction action = {.sa_sigaction = handle_request, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigemptyset(&action.sa_mask);
    return sigaction(request_signal(), &action, NULL) == 0 ? 0 : -errno;
}

/// Waits until the lane's thread has answered. Returns whether it has.
static int wait_for_answer(void) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += PATIENCE_NANOSECONDS;
    if (end.tv_nsec >= 1000000000L) {
        end.tv_nsec -= 1000000000L;
        end.tv_sec += 1;
    }
    // The state decides: the semaphore may still be told of an answer that came too late for its own request.
    while (atomic_load(&state) != TAKEN) {
        if (sem_clockwait(&answered, CLOCK_MONOTONIC, &end) != 0 && errno != EINTR) return atomic_load(&state) == TAKEN;
    }
    return 1;
}

/// Text being collected.
typedef struct {
    char *text;
    size_t length, capacity;
} Text;

static void append(void *context, const char *text, size_t len) {
    Text *into = context;
    if (len > into->capacity - into->length) len = into->capacity - into->length;
    memcpy(into->text + into->length, text, len);
    into->length += len;
}

size_t dirty_stuck_trace(uint32_t lane, char *text, size_t capacity) {
    pid_t thread = dirty_thread_of_lane(lane);
    int idle = IDLE, taken = TAKEN;
    if (thread == 0) return 0;
    // An answer that came too late is nobody's.
    atomic_compare_exchange_strong(&state, &taken, IDLE);
    atomic_store(&asked_thread, thread);
    // Not idle: an earlier request hangs in the unwinder, and may yet write its frames.
    if (!atomic_compare_exchange_strong(&state, &idle, ASKED)) return 0;
    if (tgkill(getpid(), thread, request_signal()) != 0) {
        atomic_store(&state, IDLE);
        return 0;
    }
    if (!wait_for_answer()) {
        int asked = ASKED;
        if (atomic_compare_exchange_strong(&state, &asked, IDLE)) return 0;
        if (!wait_for_answer()) return 0;
    }
    Text into = {.text = text, .length = 0, .capacity = capacity};
    dirty_frames_write(frames, frame_count, interrupted, append, &into);
    atomic_store(&state, IDLE);
    return into.length;
}
