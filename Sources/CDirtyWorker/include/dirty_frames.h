/// Backtraces as text.
#ifndef DIRTY_FRAMES_H
#define DIRTY_FRAMES_H

#include <stddef.h>

/// Frames of a backtrace that are looked at.
#define DIRTY_FRAMES_MAX 64

/// Takes text piece by piece.
typedef void (*DirtyTextSink)(void *context, const char *text, size_t len);

/// Has the unwinder load what it needs, so that a signal handler can use it without allocating.
void dirty_frames_prepare(void);

/// Writes one line for each of `count` addresses: number, address, function, file. Frames above `interrupted`, the
/// address at which a signal came, are those of signal handling and left out; 0 shows all. The worker's own frames at
/// the end are left out too. Allocates nothing.
void dirty_frames_write(void *const *frames, int count, void *interrupted, DirtyTextSink sink, void *context);

/// The address at which the signal came that a handler got `ucontext` for.
void *dirty_frames_interrupted(const void *ucontext);

#endif
