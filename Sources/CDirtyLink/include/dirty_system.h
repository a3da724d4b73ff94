/// Calls of the C library that Swift's overlay doesn't show.
///
/// Every function may be called on any thread.
#ifndef DIRTY_SYSTEM_H
#define DIRTY_SYSTEM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Makes a close-on-exec pipe: `out[0]` reads, `out[1]` writes. Returns 0, the caller owning both ends, or `-errno`.
int dirty_pipe(int out[2]);

/// The name of a signal without its SIG, such as "SEGV"; NULL if there is none of that number. Static.
const char *dirty_signal_name(int signal);

/// Makes a close-on-exec file in memory that holds `n` bytes and is read from its start. Returns its descriptor, which
/// the caller owns, or `-errno`.
int dirty_memory_file(const char *name, const void *bytes, size_t n);

/// Counts the newlines among `n` bytes; `*end` gets how many bytes precede the end of the last line, its newline
/// included, and 0 if there is no newline.
size_t dirty_count_lines(const void *bytes, size_t n, size_t *end);

/// What a Swift symbol of `n` bytes is in the source, NUL-terminated; the caller frees it. NULL if it is none, or if this
/// process has no Swift runtime.
char *dirty_demangle(const char *symbol, size_t n);

/// Makes an empty file in memory that can be sealed, called `name` where the kernel shows it. Returns a close-on-exec
/// descriptor that the caller owns, or `-errno`.
int dirty_memory_create(const char *name);

/// Fixes the contents and size of memory made by `dirty_memory_create`, for good. Returns 0 or `-errno`.
int dirty_memory_seal(int fd);

/// Gives memory made by `dirty_memory_create` the size `n`, for good; its contents can still be written. Returns 0 or
/// `-errno`.
int dirty_memory_fix_size(int fd, size_t n);

/// Has the kernel put `n` bytes from `memory` on, which nobody has touched yet, on huge pages where it can: the first
/// touch of each page costs as much as copying it. No effect on less than some megabytes.
void dirty_prefer_huge_pages(void *memory, size_t n);

#ifdef __cplusplus
}
#endif

#endif
