/// How a worker process arranges itself: its descriptors, standard streams, signals, forked children and end.
///
/// The control thread calls these once, in the order given here, before it starts another thread, unless said
/// otherwise.
#ifndef DIRTY_PROCESS_H
#define DIRTY_PROCESS_H

#include <stddef.h>

/// Moves descriptor 0, the control socket, out of the plugins' way and puts /dev/null in its place; makes stdout
/// line-buffered; keeps a descriptor of stderr for `dirty_process_log`. Returns the control socket's new descriptor, or
/// `-errno`.
int dirty_process_take_streams(void);

/// Undoes what signal settings were inherited, and gives HUP, INT, TERM and PIPE empty handlers: they change nothing
/// here, and children that execute a program get the default actions back, which they wouldn't if the signals were
/// ignored.
void dirty_process_take_signals(void);

/// Moves `fd` (which must be open) above the numbers that a plugin may close by the dozen, close-on-exec; under a low
/// limit of descriptors, above the standard streams. Returns the new descriptor, `fd` itself if there is no room at
/// all, or `-errno`. Any thread.
int dirty_process_raise(int fd);

/// Has `fd` closed in every child that `fork` makes from now on. At most 300 descriptors. Returns 0 or `-errno`.
int dirty_process_close_in_children(int fd);

/// Writes `len` bytes to stderr as it was when the process began, in one piece where the pipe allows it. Any thread.
void dirty_process_log(const char *text, size_t len);

/// Writes out what stdout holds and ends the process without running exit handlers: plugin threads may still be
/// running, and would meet destroyed globals. If the arbiter is gone, the whole process group ends. Any thread.
_Noreturn void dirty_process_exit(int code);

#endif
