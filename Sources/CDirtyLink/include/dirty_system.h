/// Calls of the C library that Swift's overlay doesn't show.
///
/// Every function may be called on any thread.
#ifndef DIRTY_SYSTEM_H
#define DIRTY_SYSTEM_H

#ifdef __cplusplus
extern "C" {
#endif

/// Makes a close-on-exec pipe: `out[0]` reads, `out[1]` writes. Returns 0, the caller owning both ends, or `-errno`.
int dirty_pipe(int out[2]);

/// The name of a signal without its SIG, such as "SEGV"; NULL if there is none of that number. Static.
const char *dirty_signal_name(int signal);

#ifdef __cplusplus
}
#endif

#endif
