/// Socket pairs between the arbiter and a worker, and sending descriptors over them.
///
/// Every function may be called on any thread, restarts after a signal, never raises SIGPIPE, and returns `-errno` on
/// failure.
#ifndef DIRTY_SOCKET_H
#define DIRTY_SOCKET_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Descriptors one message can carry (the kernel's SCM_MAX_FD).
#define DIRTY_SOCKET_MAX_FDS 253

/// Makes a connected pair of close-on-exec stream sockets. Returns 0; the caller owns both ends.
int dirty_socketpair(int out[2]);

/// Accepts a connection on `sock`, which doesn't block. Returns a close-on-exec descriptor that doesn't block either,
/// owned by the caller.
int dirty_accept(int sock);

/// Sends `n` (at least 1) bytes, and with the first of them `count` descriptors, which stay the caller's. Returns how
/// many bytes were taken: fewer than `n` if the socket doesn't block; the descriptors have gone with them.
ssize_t dirty_send_with_fds(int sock, const void *bytes, size_t n, const int *fds, int count);

/// Receives up to `n` bytes, and up to `capacity` descriptors (close-on-exec, owned by the caller from then on) into
/// `fds`; `*count` says how many. Returns the bytes received, 0 at the end of the stream. If more descriptors came than
/// `capacity`, all are closed and the result is `-EMSGSIZE`.
ssize_t dirty_recv_with_fds(int sock, void *bytes, size_t n, int *fds, int capacity, int *count);

#ifdef __cplusplus
}
#endif

#endif
