/// Blocking input and output on the worker's sockets. Restarts after signals, never raises SIGPIPE. Any thread.
#ifndef DIRTY_IO_H
#define DIRTY_IO_H

#include "dirty_busy_poll.h"

#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

/// Receives what is there, at most `n` bytes, waiting for the first as `busy_poll` says. Returns how many; 0 at the end; or
/// `-errno`.
ssize_t dirty_io_receive(int sock, void *bytes, size_t n, DirtyBusyPoll *busy_poll);

/// Fills every one of `count` pieces, which are changed on the way. Returns 0, or `-errno` (`-EPIPE` if the stream
/// ends).
int dirty_io_receive_all(int sock, struct iovec *pieces, size_t count);

/// Sends all of `n` bytes, with as few system calls as can be. Returns 0 or `-errno`.
int dirty_io_send(int sock, const void *bytes, size_t n);

/// Sends every one of `count` pieces, which are changed on the way, with as few system calls as can be. Returns 0 or
/// `-errno`.
int dirty_io_send_all(int sock, struct iovec *pieces, size_t count);

#endif
