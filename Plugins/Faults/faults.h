/// What the files of the Faults plugin share.
#ifndef FAULTS_H
#define FAULTS_H

#include "faults_actions.h"

#include <stddef.h>
#include <stdint.h>

/// Runs one call, as DirtyApp.handle does, with the host's table in place of the instance.
typedef int32_t FaultsAction(const DirtyHost *host, const DirtyRequest *request);

// faults_process.c: what concerns the whole process.
FaultsAction faults_segv, faults_abort, faults_exit, faults_stack_overflow, faults_spin, faults_spin_blocked;
FaultsAction faults_leak, faults_flood, faults_close_fds, faults_fork_stay, faults_fork_hold;

// faults_calls.c: misuse of the interface, and proper use to compare with.
FaultsAction faults_error, faults_poisoned, faults_odd_status, faults_invalid_json, faults_finish_twice;
FaultsAction faults_finish_thread_before, faults_finish_thread_after, faults_never_finish;
FaultsAction faults_echo, faults_sleep_ms, faults_pid;

// faults_text.c: just enough JSON.

/// The whole number with which `array`, a JSON array, begins; `otherwise` if it begins with anything else.
long long faults_number(DirtyView array, long long otherwise);

/// Copies the string member `key` of `object`, a JSON object without escapes, into `value`; "" if there is none.
void faults_member(const char *object, const char *key, char *value, size_t capacity);

/// Ends the call with `number` as its result. Returns what handle is to return.
int32_t faults_answer_number(const DirtyHost *host, const DirtyRequest *request, long long number);

/// Sleeps that long, whatever signals come.
void faults_sleep(long long milliseconds);

#endif
