/// What a worker has to say when it crashes, and where a thread of it is stuck.
#ifndef DIRTY_CRASH_H
#define DIRTY_CRASH_H

#include "dirty_page.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Installs the handler for SEGV, BUS, ILL, FPE, TRAP and ABRT, which writes signal, lane and call, and then a
/// backtrace, into `page`, and lets the process die of that very signal. Forked children die without a word. Returns
/// 0 or `-errno`.
int dirty_crash_install(DirtyPage *page);

/// Prepares `dirty_stuck_trace`. Returns 0 or `-errno`.
int dirty_stuck_install(void);

/// Takes a backtrace of lane `lane`'s thread, wherever it is, into `text`. Returns its length; 0 if the thread
/// doesn't answer within 100 ms, as one that blocks all signals. Control thread only.
size_t dirty_stuck_trace(uint32_t lane, char *text, size_t capacity);

#endif
