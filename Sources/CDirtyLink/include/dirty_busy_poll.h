/// Looking again and again for a moment before sleeping: where waits are short, that costs less than to fall asleep and be woken.
///
/// What is waited for comes from another process. To sleep meanwhile costs both sides: the sleeper gives up its processor, which may
/// halt, and who has something for it must wake it. A thread that still looks finds it at once. It lets others run between two
/// looks (sched_yield(2)), and looks only where that has paid: while its waits are short, and while nobody keeps the processor
/// that it lets go. docs/decisions/037 tells what was measured.
#ifndef DIRTY_BUSY_POLL_H
#define DIRTY_BUSY_POLL_H

#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How one thread waits, and how its waits have been. All times are nanoseconds of CLOCK_MONOTONIC.
///
/// Owned by the thread that waits. Begins as zeros but for the limit.
typedef struct {
    /// How long to look at most; 0 for never.
    uint64_t limit;
    /// When to look again, after somebody kept the processor; 0 if nobody did.
    uint64_t rests_until;
    /// How long the last such rest was.
    uint64_t rest;
    /// How short waits have been: 0 to 3.
    uint32_t confidence;
    /// How long others have kept the processor lately, beyond what is all right.
    uint64_t crowding;
    /// When that was last reckoned.
    uint64_t reckoned;
} DirtyBusyPoll;

/// Looks for what is waited for: at once, or asleep until it comes if `may_sleep` is not 0.
///
/// Returns what the wait is to return; `-EAGAIN` if nothing has come.
typedef ssize_t (*DirtyLook)(void *context, int may_sleep);

/// Waits: looks for a moment if that is likely to pay, then sleeps. Returns what `look` returned.
ssize_t dirty_busy_poll_wait(DirtyBusyPoll *poll, DirtyLook look, void *context);

/// Whether to look before sleeping, at `now`.
int dirty_busy_poll_pays(DirtyBusyPoll *poll, uint64_t now);

/// Takes note of a wait that took so long.
void dirty_busy_poll_waited(DirtyBusyPoll *poll, uint64_t nanoseconds);

/// Takes note, at `now`, of how long others had the processor when it was let go.
///
/// If they keep it for much of the time, they compute, and to wait beside them is slower than to be woken in their place.
void dirty_busy_poll_yielded(DirtyBusyPoll *poll, uint64_t nanoseconds, uint64_t now);

#ifdef __cplusplus
}
#endif

#endif
