#define _GNU_SOURCE
#include "faults.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LAST_CLOSED_FD 63

/// Children that nobody kills end by themselves.
#define CHILD_SECONDS 300

int32_t faults_segv(const DirtyHost *host, const DirtyRequest *request) {
    (void)host;
    (void)request;
    volatile int *volatile nowhere = (volatile int *)16;
    return *nowhere;
}

int32_t faults_abort(const DirtyHost *host, const DirtyRequest *request) {
    (void)host;
    (void)request;
    abort();
}

int32_t faults_exit(const DirtyHost *host, const DirtyRequest *request) {
    (void)host;
    (void)request;
    exit(0);
}

/// Calls itself, with a frame that no optimiser can do without, until the stack is no more.
static int descend(volatile int *above) {
    volatile int frame[256];
    if (*above < 0) return 0;
    frame[0] = *above + 1;
    frame[255] = descend(frame);
    return frame[255] + frame[0];
}

int32_t faults_stack_overflow(const DirtyHost *host, const DirtyRequest *request) {
    (void)host;
    (void)request;
    volatile int start = 0;
    return descend(&start);
}

int32_t faults_spin(const DirtyHost *host, const DirtyRequest *request) {
    (void)host;
    (void)request;
    for (volatile unsigned long turns = 0;; turns++) continue;
}

int32_t faults_spin_blocked(const DirtyHost *host, const DirtyRequest *request) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    return faults_spin(host, request);
}

int32_t faults_leak(const DirtyHost *host, const DirtyRequest *request) {
    static atomic_llong leaked;
    long long bytes = faults_number(request->args, 1 << 20);
    char *volatile memory = malloc((size_t)bytes);
    if (memory == NULL) return DIRTY_E_NOMEM;
    memset(memory, 1, (size_t)bytes);
    return faults_answer_number(host, request, atomic_fetch_add(&leaked, bytes) + bytes);
}

int32_t faults_flood(const DirtyHost *host, const DirtyRequest *request) {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    long long mebibytes = faults_number(request->args, 4);
    for (long long i = 0; i < mebibytes * 16; i++) {
        if (fwrite(block, 1, sizeof block, stdout) != sizeof block) return DIRTY_E_INTERNAL;
    }
    return faults_answer_number(host, request, mebibytes);
}

int32_t faults_close_fds(const DirtyHost *host, const DirtyRequest *request) {
    int closed = 0;
    for (int fd = 0; fd <= LAST_CLOSED_FD; fd++) closed += close(fd) == 0;
    return faults_answer_number(host, request, closed);
}

/// What a child does that stays.
static void stay(void) {
    alarm(CHILD_SECONDS);
    for (;;) pause();
}

int32_t faults_fork_stay(const DirtyHost *host, const DirtyRequest *request) {
    pid_t child = fork();
    if (child == 0) stay();
    if (child < 0) return DIRTY_E_INTERNAL;
    return faults_answer_number(host, request, child);
}

int32_t faults_fork_hold(const DirtyHost *host, const DirtyRequest *request) {
    // By system call, past the C library and whoever asked it to tidy up in children.
    long child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) stay();
    if (child < 0) return DIRTY_E_INTERNAL;
    return faults_answer_number(host, request, child);
}
