#define _GNU_SOURCE
#include "dirty_io.h"

#include <errno.h>
#include <sys/socket.h>

/// Pieces the kernel takes at once (its UIO_MAXIOV).
#define MAX_PIECES 1024

/// What is received, and to where.
typedef struct {
    int sock;
    void *bytes;
    size_t n;
} Receipt;

static ssize_t look(void *context, int may_sleep) {
    Receipt *receipt = context;
    ssize_t received;
    do received = recv(receipt->sock, receipt->bytes, receipt->n, may_sleep ? 0 : MSG_DONTWAIT);
    while (received < 0 && errno == EINTR);
    return received < 0 ? -errno : received;
}

ssize_t dirty_io_receive(int sock, void *bytes, size_t n, DirtyBusyPoll *busy_poll) {
    Receipt receipt = {sock, bytes, n};
    return dirty_busy_poll_wait(busy_poll, look, &receipt);
}

/// Steps over `moved` bytes of the pieces from `*first` on, and over empty pieces.
static void advance(struct iovec *pieces, size_t count, size_t *first, size_t moved) {
    while (*first < count && moved >= pieces[*first].iov_len) moved -= pieces[(*first)++].iov_len;
    if (moved == 0) return;
    pieces[*first].iov_base = (char *)pieces[*first].iov_base + moved;
    pieces[*first].iov_len -= moved;
}

/// Moves all pieces in one direction.
static int move_all(int sock, struct iovec *pieces, size_t count, ssize_t (*move)(int, struct msghdr *)) {
    size_t first = 0;
    advance(pieces, count, &first, 0);
    while (first < count) {
        size_t batch = count - first < MAX_PIECES ? count - first : MAX_PIECES;
        struct msghdr message = {.msg_iov = pieces + first, .msg_iovlen = batch};
        ssize_t moved = move(sock, &message);
        if (moved > 0) {
            advance(pieces, count, &first, (size_t)moved);
        } else if (moved == 0) {
            return -EPIPE;
        } else if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

static ssize_t receive(int sock, struct msghdr *message) {
    return recvmsg(sock, message, MSG_WAITALL);
}

static ssize_t send_quietly(int sock, struct msghdr *message) {
    return sendmsg(sock, message, MSG_NOSIGNAL);
}

int dirty_io_receive_all(int sock, struct iovec *pieces, size_t count) {
    return move_all(sock, pieces, count, receive);
}

// Not the one below with a single piece: every answer comes this way, and needs no reckoning of pieces.
int dirty_io_send(int sock, const void *bytes, size_t n) {
    const char *rest = bytes;
    while (n > 0) {
        ssize_t sent = send(sock, rest, n, MSG_NOSIGNAL);
        if (sent > 0) {
            rest += sent;
            n -= (size_t)sent;
        } else if (sent == 0) {
            return -EPIPE;
        } else if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

int dirty_io_send_all(int sock, struct iovec *pieces, size_t count) {
    return move_all(sock, pieces, count, send_quietly);
}
