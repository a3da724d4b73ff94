#define _GNU_SOURCE
#include "dirty_busy_poll.h"

#include <errno.h>
#include <sched.h>
#include <time.h>

enum {
    /// From here on a look is likely to pay, and no wait makes us surer than this.
    CONFIDENT = 2,
    MOST_CONFIDENCE = 3,
    /// A wait up to so many limits speaks for looking: asleep it is longer than it would have been, by what waking takes.
    SHORT_WAIT = 4,
    /// One part in so many of the time may go to long yields.
    CROWDED_SHARE = 3,
};

/// A yield up to this is short: the others on a call's way need some 10 µs each, and who computes keeps the processor to a tick of
/// the scheduler's, which come each 1 to 4 ms.
static const uint64_t LONGEST_SHORT_YIELD = 1000000;
static const uint64_t MOST_CROWDING = 10000000;
static const uint64_t SHORTEST_REST = 10000000;
static const uint64_t LONGEST_REST = 1000000000;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

int dirty_busy_poll_pays(DirtyBusyPoll *poll, uint64_t now) {
    return poll->limit > 0 && poll->confidence >= CONFIDENT && now >= poll->rests_until;
}

void dirty_busy_poll_waited(DirtyBusyPoll *poll, uint64_t nanoseconds) {
    if (nanoseconds <= SHORT_WAIT * poll->limit) {
        if (poll->confidence < MOST_CONFIDENCE) poll->confidence++;
    } else {
        // Short waits in turn with long ones are calls that come one by one: they would pay for each look with one in vain.
        poll->confidence = poll->confidence < CONFIDENT ? 0 : poll->confidence - CONFIDENT;
    }
}

void dirty_busy_poll_yielded(DirtyBusyPoll *poll, uint64_t nanoseconds, uint64_t now) {
    uint64_t forgiven = (now - poll->reckoned) / CROWDED_SHARE;
    poll->reckoned = now;
    poll->crowding = poll->crowding > forgiven ? poll->crowding - forgiven : 0;
    if (nanoseconds <= LONGEST_SHORT_YIELD) return;
    poll->crowding += nanoseconds;
    if (poll->crowding <= MOST_CROWDING) return;
    poll->crowding = 0;
    int has_been_quiet = now - poll->rests_until > 10 * poll->rest;
    uint64_t rest = has_been_quiet ? SHORTEST_REST : 2 * poll->rest;
    poll->rest = rest < LONGEST_REST ? rest : LONGEST_REST;
    poll->rests_until = now + poll->rest;
}

ssize_t dirty_busy_poll_wait(DirtyBusyPoll *poll, DirtyLook look, void *context) {
    if (poll->limit == 0) return look(context, 1);
    if (poll->confidence < CONFIDENT) {
        uint64_t start = now();
        ssize_t found = look(context, 1);
        dirty_busy_poll_waited(poll, now() - start);
        return found;
    }
    // What is there already needs no clock.
    ssize_t found = look(context, 0);
    if (found != -EAGAIN) return found;
    uint64_t start = now(), last = start;
    while (dirty_busy_poll_pays(poll, last) && last - start < poll->limit) {
        sched_yield();
        found = look(context, 0);
        uint64_t time = now();
        dirty_busy_poll_yielded(poll, time - last, time);
        last = time;
        if (found != -EAGAIN) break;
    }
    if (found == -EAGAIN) {
        found = look(context, 1);
        last = now();
    }
    dirty_busy_poll_waited(poll, last - start);
    return found;
}
