/// Waiting for many descriptors at once: epoll(7), whose header Swift's Glibc doesn't show.
///
/// Functions that can fail return `-errno`.
#ifndef DIRTY_POLL_H
#define DIRTY_POLL_H

#include "dirty_busy_poll.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// There is something to read, or the end of it. As EPOLLIN.
#define DIRTY_POLL_READABLE 0x001u

/// Something can be written. As EPOLLOUT.
#define DIRTY_POLL_WRITABLE 0x004u

/// The descriptor has failed; always waited for. As EPOLLERR.
#define DIRTY_POLL_FAILED 0x008u

/// The other end is gone in both directions; always waited for. As EPOLLHUP.
#define DIRTY_POLL_HUNG_UP 0x010u

/// What has happened at a descriptor.
typedef struct {
    /// What the descriptor was added with.
    void *source;
    /// A set of `DIRTY_POLL_…`.
    uint32_t events;
} DirtyPollEvent;

/// Makes an empty set of descriptors. Returns its own close-on-exec descriptor, which the caller owns, or `-errno`.
int dirty_poll_create(void);

/// Adds `fd` to the set `poll`, to be waited for by `events` and named by `source`. Returns 0 or `-errno`.
int dirty_poll_add(int poll, int fd, uint32_t events, void *source);

/// Waits for other events at `fd`, which is in the set. Returns 0 or `-errno`.
int dirty_poll_change(int poll, int fd, uint32_t events, void *source);

/// Takes `fd`, which is still open, out of the set. Returns 0 or `-errno`.
int dirty_poll_remove(int poll, int fd);

/// Waits as `busy_poll` says until something happens or `milliseconds` are over (-1: without end). Writes at most `capacity`
/// events, of which at most 256 are used, and returns how many; 0 too if a signal came. Any one thread.
int dirty_poll_wait(int poll, DirtyPollEvent *events, int capacity, int milliseconds, DirtyBusyPoll *busy_poll);

/// Makes a descriptor that becomes readable when `dirty_waker_wake` is called: eventfd(2). The caller owns it; or `-errno`.
int dirty_waker_create(void);

/// Makes a waker readable. Any thread.
void dirty_waker_wake(int waker);

/// Makes it unreadable again.
void dirty_waker_clear(int waker);

#ifdef __cplusplus
}
#endif

#endif
