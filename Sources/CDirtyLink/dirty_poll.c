#define _GNU_SOURCE
#include "dirty_poll.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { MOST_EVENTS = 256 };

_Static_assert(DIRTY_POLL_READABLE == EPOLLIN, "the names stand for the kernel's bits");
_Static_assert(DIRTY_POLL_WRITABLE == EPOLLOUT, "the names stand for the kernel's bits");
_Static_assert(DIRTY_POLL_FAILED == EPOLLERR, "the names stand for the kernel's bits");
_Static_assert(DIRTY_POLL_HUNG_UP == EPOLLHUP, "the names stand for the kernel's bits");

int dirty_poll_create(void) {
    int poll = epoll_create1(EPOLL_CLOEXEC);
    return poll < 0 ? -errno : poll;
}

static int control(int poll, int operation, int fd, uint32_t events, void *source) {
    struct epoll_event event = {.events = events, .data.ptr = source};
    return epoll_ctl(poll, operation, fd, &event) == 0 ? 0 : -errno;
}

int dirty_poll_add(int poll, int fd, uint32_t events, void *source) {
    return control(poll, EPOLL_CTL_ADD, fd, events, source);
}

int dirty_poll_change(int poll, int fd, uint32_t events, void *source) {
    return control(poll, EPOLL_CTL_MOD, fd, events, source);
}

int dirty_poll_remove(int poll, int fd) {
    return control(poll, EPOLL_CTL_DEL, fd, 0, NULL);
}

/// What a wait is for.
typedef struct {
    int poll, most, milliseconds;
    struct epoll_event *happened;
} Wait;

static ssize_t look(void *context, int may_sleep) {
    Wait *wait = context;
    int count = epoll_wait(wait->poll, wait->happened, wait->most, may_sleep ? wait->milliseconds : 0);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    return count == 0 && !may_sleep ? -EAGAIN : count;
}

int dirty_poll_wait(int poll, DirtyPollEvent *events, int capacity, int milliseconds, DirtyBusyPoll *busy_poll) {
    struct epoll_event happened[MOST_EVENTS];
    Wait wait = {poll, capacity < MOST_EVENTS ? capacity : MOST_EVENTS, milliseconds, happened};
    // Who mustn't wait looks once.
    ssize_t count = milliseconds == 0 ? look(&wait, 1) : dirty_busy_poll_wait(busy_poll, look, &wait);
    for (ssize_t index = 0; index < count; index++) {
        events[index].source = happened[index].data.ptr;
        events[index].events = happened[index].events;
    }
    return (int)count;
}

int dirty_waker_create(void) {
    int waker = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return waker < 0 ? -errno : waker;
}

void dirty_waker_wake(int waker) {
    // Fails only if it is readable already.
    (void)!eventfd_write(waker, 1);
}

void dirty_waker_clear(int waker) {
    eventfd_t count;
    (void)!eventfd_read(waker, &count);
}
