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

int dirty_poll_wait(int poll, DirtyPollEvent *events, int capacity, int milliseconds) {
    struct epoll_event happened[MOST_EVENTS];
    int most = capacity < MOST_EVENTS ? capacity : MOST_EVENTS;
    int count = epoll_wait(poll, happened, most, milliseconds);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int index = 0; index < count; index++) {
        events[index].source = happened[index].data.ptr;
        events[index].events = happened[index].events;
    }
    return count;
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
