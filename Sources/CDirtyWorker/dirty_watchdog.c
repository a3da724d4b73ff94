#define _GNU_SOURCE
#include "dirty_watchdog.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#define STACK_BYTES (64 * 1024)

static pid_t worker;
static int leads_group;
static int watched = -1;

/// Whether the arbiter is gone, waiting for that for `timeout` milliseconds, or for ever if it is -1.
static int is_arbiter_gone(int timeout) {
    // No events asked for: hang-up and errors are always reported, and data stays unread.
    struct pollfd link = {.fd = watched, .events = 0};
    for (;;) {
        int count = poll(&link, 1, timeout);
        if (count < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOMEM)) continue;
        if (count < 0 || (link.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return 1;
        if (timeout >= 0) return 0;
    }
}

static void kill_all(void) {
    if (leads_group) kill(-worker, SIGKILL);
    kill(worker, SIGKILL);
}

static void *watch(void *unused) {
    (void)unused;
    if (is_arbiter_gone(-1)) kill_all();
    return NULL;
}

void dirty_watchdog_look(void) {
    if (watched >= 0 && getpid() == worker && is_arbiter_gone(0)) kill_all();
}

int dirty_watchdog_start(int control) {
    watched = control;
    worker = getpid();
    leads_group = getpgrp() == worker;
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0) return -error;
    sigset_t all, before;
    sigfillset(&all);
    pthread_t thread;
    error = pthread_attr_setstacksize(&attributes, STACK_BYTES);
    if (error == 0) error = pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (error == 0) {
        // The new thread inherits the mask, so that no signal can reach it before it could block them itself.
        pthread_sigmask(SIG_SETMASK, &all, &before);
        error = pthread_create(&thread, &attributes, watch, NULL);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy(&attributes);
    return -error;
}
