/// Threads of the worker that may run plugin code, each with a stack of its own for signal handlers, so that a stack
/// overflow can still be reported.
#ifndef DIRTY_THREADS_H
#define DIRTY_THREADS_H

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

/// Lane number of a thread that is no lane.
#define DIRTY_NO_LANE (-1)

/// Starts a thread with `stackBytes` of stack that runs `body(context)`, as lane `lane` (or `DIRTY_NO_LANE`). Stores
/// it in `*thread`. Returns 0 or `-errno`.
int dirty_thread_start(
    int32_t lane, size_t stackBytes, void (*body)(void *), void *context, pthread_t *thread);

/// Gives the calling thread a stack for signal handlers. Done already on threads made by `dirty_thread_start`.
/// Returns 0 or `-errno`.
int dirty_thread_take_signal_stack(void);

/// Lane of the calling thread. Async-signal-safe.
int32_t dirty_thread_lane(void);

/// The kernel's id of lane `lane`'s thread; 0 if it isn't running. Any thread.
pid_t dirty_thread_of_lane(uint32_t lane);

/// Says that the calling lane runs plugin code for `call` from now on; 0: for none. What a crash is blamed on.
void dirty_thread_set_call(uint64_t call);

/// The call that the calling thread runs plugin code for; 0 for none. Async-signal-safe.
uint64_t dirty_thread_call(void);

#endif
