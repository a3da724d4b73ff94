#define _GNU_SOURCE
#include "dirty_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/// Room for the largest set of descriptors a message can carry, aligned as control messages must be.
typedef union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int) * DIRTY_SOCKET_MAX_FDS)];
} ControlBuffer;

int dirty_socketpair(int out[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out) == 0 ? 0 : -errno;
}

int dirty_accept(int sock) {
    int accepted = accept4(sock, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return accepted < 0 ? -errno : accepted;
}

ssize_t dirty_send_with_fds(int sock, const void *bytes, size_t n, const int *fds, int count) {
    if (n == 0 || count < 0 || count > DIRTY_SOCKET_MAX_FDS) return -EINVAL;
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = n};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    ControlBuffer control;
    if (count > 0) {
        size_t fdBytes = sizeof(int) * (size_t)count;
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(fdBytes);
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(fdBytes);
        memcpy(CMSG_DATA(head), fds, fdBytes);
    }
    ssize_t sent;
    do sent = sendmsg(sock, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

/// Hands the descriptors of `message` out, or closes every one if they don't fit. Returns 0 or `-EMSGSIZE`.
static int take_descriptors(struct msghdr *message, int *fds, int capacity, int *count) {
    int fits = (message->msg_flags & MSG_CTRUNC) == 0;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head != NULL; head = CMSG_NXTHDR(message, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
        size_t received = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < received; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(head) + i * sizeof(int), sizeof fd);
            if (fits && *count < capacity) {
                fds[(*count)++] = fd;
            } else {
                fits = 0;
                close(fd);
            }
        }
    }
    if (fits) return 0;
    for (int i = 0; i < *count; i++) close(fds[i]);
    *count = 0;
    return -EMSGSIZE;
}

ssize_t dirty_recv_with_fds(int sock, void *bytes, size_t n, int *fds, int capacity, int *count) {
    struct iovec piece = {.iov_base = bytes, .iov_len = n};
    ControlBuffer control;
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    *count = 0;
    ssize_t received;
    do received = recvmsg(sock, &message, MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received < 0) return -errno;
    int result = take_descriptors(&message, fds, capacity, count);
    return result < 0 ? result : received;
}
