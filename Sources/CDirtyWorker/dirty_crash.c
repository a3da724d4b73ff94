#define _GNU_SOURCE
#include "dirty_crash.h"

#include "dirty_frames.h"
#include "dirty_threads.h"

#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};

static DirtyPageTrace *crash_area;
static pid_t worker;
static _Atomic pid_t crashing_thread;
static volatile sig_atomic_t crashing_signal;

/// Ends the process by `signal`, as if it had never been handled.
static _Noreturn void die_of(int signal) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigaction(signal, &action, NULL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    tgkill(getpid(), gettid(), signal);
    _exit(128 + signal);
}

static void append(void *area, const char *text, size_t len) {
    dirty_trace_append(area, text, len);
}

static void report(int signal, const void *ucontext) {
    void *frames[DIRTY_FRAMES_MAX];
    if (!dirty_trace_begin(crash_area, signal, dirty_thread_lane(), dirty_thread_call())) return;
    int count = backtrace(frames, DIRTY_FRAMES_MAX);
    dirty_frames_write(frames, count, dirty_frames_interrupted(ucontext), append, crash_area);
}

static void handle_crash(int signal, siginfo_t *info, void *ucontext) {
    (void)info;
    // A forked child, or one made by vfork that shares our memory: not the worker's crash.
    if (getpid() != worker) die_of(signal);
    pid_t nobody = 0;
    if (atomic_compare_exchange_strong(&crashing_thread, &nobody, gettid())) {
        crashing_signal = signal;
        report(signal, ucontext);
        die_of(signal);
    }
    // The report itself has crashed, over a smashed stack for instance: what is stored by now must do.
    if (nobody == gettid()) die_of(crashing_signal);
    // The thread that crashed first ends the process.
    for (;;) pause();
}

int dirty_crash_install(DirtyPage *page) {
    crash_area = dirty_page_crash_area(page);
    worker = getpid();
    dirty_frames_prepare();
    // SA_NODEFER, so that a crash in the report comes here again instead of ending the process by another signal.
    struct sigaction action = {.sa_sigaction = handle_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof crash_signals / sizeof *crash_signals; i++) {
        if (sigaction(crash_signals[i], &action, NULL) != 0) return -errno;
    }
    return 0;
}
