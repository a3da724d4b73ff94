/// Faults: a plugin that does, on request, what no plugin should. It exists to test the host.
///
/// Actions that end or hold up the process:
///   segv, abort              crash
///   exit                     exit(0)
///   stack_overflow           recursion without end
///   spin, spin_blocked       an endless loop; the second blocks all signals first
///   leak [bytes]             memory that is never freed; answers how much that is by now
///   flood [mebibytes]        so much on stdout without a newline
///   close_fds                closes descriptors 0 to 63; answers how many were open
///   fork_stay, fork_hold     a child that stays; the second keeps every descriptor, as fork by system call does;
///                            both answer the child's pid
/// Actions that misuse the interface:
///   error [status], poisoned an error with message and details
///   odd_status [status]      what handle returns
///   invalid_json             a result that isn't JSON
///   finish_twice             the second finish is refused; its status goes to the log
///   finish_thread_before     another thread finishes before handle returns PENDING
///   finish_thread_after [ms] another thread finishes that much later
///   never_finish             PENDING, and no more
/// Actions without fault: echo [value…], sleep_ms [ms], pid.
///
/// Configuration: {"open":…,"close":…,"open_message":…}, where open and close are "fail", "hang" or "slow_ms:N", and open
/// also "abort". A failing close aborts.
#ifndef FAULTS_ACTIONS_H
#define FAULTS_ACTIONS_H

#include "dirty_app.h"

#endif
