#define _GNU_SOURCE
#include "dirty_busy_poll.h"

#include <errno.h>
#include <sched.h>
#include <time.h>

enum {
    /// From here on a look is likely to pay, and no wait makes us surer than this.
    CONFIDENT = 2,
    MOST_CONFIDENCE = 3,
};

/// Who has the processor for longer than this computes: the others of a call's way need some 10 µs each, and a scheduler's slice is
/// not below 700 µs.
static const uint64_t CROWDED = 500000;
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
    // A sleep is longer than a look by what it takes to be woken.
    if (nanoseconds <= 2 * poll->limit) {
        if (poll->confidence < MOST_CONFIDENCE) poll->confidence++;
    } else {
        // Short waits in turn with long ones are calls that come one by one: they would pay for each look with one in vain.
        poll->confidence = poll->confidence < CONFIDENT ? 0 : poll->confidence - CONFIDENT;
    }
}

void dirty_busy_poll_crowded_out(DirtyBusyPoll *poll, uint64_t now) {
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
        if (time - last > CROWDED) dirty_busy_poll_crowded_out(poll, time);
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
