// The yardstick: the least that a host with our hops can cost. A relay takes length-prefixed frames from clients on a Unix
// socket, hands each to a free worker process over a socket pair (one outstanding frame a worker, the rest wait in line),
// and passes the answer back. It parses nothing, keeps no time, and survives nobody's mistakes.
//
//   forwarder SOCKET WORKERS [ANSWER_BYTES [SLEEP_MS]]
//
// A worker answers with the frame it got, or with ANSWER_BYTES bytes after a head that repeats the frame's first 64 bytes,
// having slept SLEEP_MS. With 0 WORKERS the relay gives each frame back itself: that is faster than any host can be, and
// shows what the generator is capable of. Prints "ready" when it listens; ends when its standard input does.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 16 };

typedef struct Frame {
    struct Frame *next;
    struct Peer *client;
    size_t count;
    uint8_t bytes[];
} Frame;

typedef struct Peer {
    int descriptor, is_worker, is_open;
    uint8_t *input;
    size_t input_count, input_capacity;
    uint8_t *output;
    size_t output_start, output_count, output_capacity;
    int wants_write;
    struct Peer *serving, *next_idle;
} Peer;

static int poll_descriptor, worker_count;
static Peer *idle;
static Frame *line_head, **line_tail = &line_head;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int read_all(int descriptor, void *bytes, size_t count) {
    for (size_t done = 0; done < count;) {
        ssize_t part = read(descriptor, (uint8_t *)bytes + done, count - done);
        if (part <= 0) return -1;
        done += (size_t)part;
    }
    return 0;
}

static void write_all(int descriptor, const void *bytes, size_t count) {
    for (size_t done = 0; done < count;) {
        ssize_t part = write(descriptor, (const uint8_t *)bytes + done, count - done);
        if (part <= 0) exit(0);
        done += (size_t)part;
    }
}

static void work(int descriptor, size_t answer_bytes, long sleep_ms) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    size_t capacity = 1 << 16;
    uint8_t *bytes = malloc(capacity);
    for (;;) {
        if (read_all(descriptor, bytes, 4) != 0) exit(0);
        size_t count = (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
        size_t answer = answer_bytes == 0 ? count : answer_bytes;
        size_t larger = count > answer ? count : answer;
        if (larger + 4 > capacity) bytes = realloc(bytes, capacity = larger + 4);
        if (read_all(descriptor, bytes + 4, count) != 0) exit(0);
        if (sleep_ms > 0) {
            struct timespec span = {sleep_ms / 1000, sleep_ms % 1000 * 1000000};
            nanosleep(&span, NULL);
        }
        if (answer != count) {
            for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(answer >> (24 - 8 * i));
        }
        write_all(descriptor, bytes, answer + 4);
    }
}

static void watch(Peer *peer, int operation) {
    struct epoll_event event = {.events = EPOLLIN | (peer->wants_write ? EPOLLOUT : 0u), .data.ptr = peer};
    if (epoll_ctl(poll_descriptor, operation, peer->descriptor, &event) != 0) die("epoll_ctl");
}

static void flush(Peer *peer) {
    while (peer->output_count > 0) {
        ssize_t count = send(peer->descriptor, peer->output + peer->output_start, peer->output_count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) {
            if (errno != EAGAIN) peer->output_count = 0;
            break;
        }
        peer->output_start += (size_t)count;
        peer->output_count -= (size_t)count;
    }
    if (peer->output_count == 0) peer->output_start = 0;
    int wants = peer->output_count > 0;
    if (wants != peer->wants_write) {
        peer->wants_write = wants;
        watch(peer, EPOLL_CTL_MOD);
    }
}

static void put(Peer *peer, const uint8_t *bytes, size_t count) {
    if (!peer->is_open) return;
    if (peer->output_count == 0) {
        ssize_t sent = send(peer->descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) bytes += sent, count -= (size_t)sent;
        if (count == 0) return;
    }
    size_t needed = peer->output_start + peer->output_count + count;
    if (needed > peer->output_capacity) {
        peer->output_capacity = needed * 2;
        peer->output = realloc(peer->output, peer->output_capacity);
    }
    memcpy(peer->output + peer->output_start + peer->output_count, bytes, count);
    peer->output_count += count;
    flush(peer);
}

static void give(Peer *worker, Peer *client, const uint8_t *bytes, size_t count) {
    worker->serving = client;
    put(worker, bytes, count);
}

static void frame_came(Peer *peer, const uint8_t *bytes, size_t count) {
    if (worker_count == 0) {
        put(peer, bytes, count);
        return;
    }
    if (!peer->is_worker) {
        if (idle != NULL) {
            Peer *worker = idle;
            idle = worker->next_idle;
            give(worker, peer, bytes, count);
            return;
        }
        Frame *frame = malloc(sizeof *frame + count);
        *frame = (Frame){.client = peer, .count = count};
        memcpy(frame->bytes, bytes, count);
        *line_tail = frame;
        line_tail = &frame->next;
        return;
    }
    put(peer->serving, bytes, count);
    Frame *frame = line_head;
    if (frame == NULL) {
        peer->next_idle = idle;
        idle = peer;
        return;
    }
    line_head = frame->next;
    if (line_head == NULL) line_tail = &line_head;
    give(peer, frame->client, frame->bytes, frame->count);
    free(frame);
}

static void take(Peer *peer) {
    static uint8_t space[READ_BYTES];
    ssize_t count = recv(peer->descriptor, space, sizeof space, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        if (peer->is_worker) exit(0);
        close(peer->descriptor);
        peer->is_open = 0;
        return;
    }
    uint8_t *bytes = space;
    size_t available = (size_t)count;
    if (peer->input_count > 0) {
        if (peer->input_count + available > peer->input_capacity) {
            peer->input_capacity = (peer->input_count + available) * 2;
            peer->input = realloc(peer->input, peer->input_capacity);
        }
        memcpy(peer->input + peer->input_count, space, available);
        bytes = peer->input;
        available += peer->input_count;
        peer->input_count = available;
    }
    size_t done = 0;
    while (available - done >= 4) {
        const uint8_t *at = bytes + done;
        size_t total = 4 + ((size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3]);
        if (available - done < total) break;
        frame_came(peer, at, total);
        done += total;
    }
    size_t rest = available - done;
    if (rest > peer->input_capacity) {
        peer->input_capacity = rest * 2;
        peer->input = realloc(peer->input, peer->input_capacity);
    }
    if (bytes == space) {
        memcpy(peer->input, space + done, rest);
    } else {
        memmove(peer->input, peer->input + done, rest);
    }
    peer->input_count = rest;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: forwarder SOCKET WORKERS [ANSWER_BYTES [SLEEP_MS]]\n");
        return 2;
    }
    size_t answer_bytes = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    long sleep_ms = argc > 4 ? strtol(argv[4], NULL, 10) : 0;
    poll_descriptor = epoll_create1(EPOLL_CLOEXEC);
    worker_count = atoi(argv[2]);
    for (int i = 0; i < worker_count; i++) {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) die("socketpair");
        pid_t child = fork();
        if (child == 0) work(ends[1], answer_bytes, sleep_ms);
        close(ends[1]);
        Peer *worker = calloc(1, sizeof *worker);
        worker->descriptor = ends[0];
        worker->is_worker = worker->is_open = 1;
        worker->next_idle = idle;
        idle = worker;
        watch(worker, EPOLL_CTL_ADD);
    }
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    unlink(argv[1]);
    Peer listener = {.descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (bind(listener.descriptor, (struct sockaddr *)&address, sizeof address) != 0) die(argv[1]);
    listen(listener.descriptor, 4096);
    watch(&listener, EPOLL_CTL_ADD);
    Peer input = {.descriptor = 0};
    watch(&input, EPOLL_CTL_ADD);
    puts("ready");
    fflush(stdout);
    struct epoll_event events[256];
    for (;;) {
        int count = epoll_wait(poll_descriptor, events, 256, -1);
        for (int i = 0; i < count; i++) {
            Peer *peer = events[i].data.ptr;
            if (peer == &input) {
                char byte;
                if (read(0, &byte, 1) <= 0) {
                    unlink(argv[1]);
                    return 0;
                }
            } else if (peer == &listener) {
                int descriptor = accept4(listener.descriptor, NULL, NULL, SOCK_CLOEXEC);
                if (descriptor < 0) continue;
                Peer *client = calloc(1, sizeof *client);
                client->descriptor = descriptor;
                client->is_open = 1;
                watch(client, EPOLL_CTL_ADD);
            } else {
                if (events[i].events & EPOLLOUT) flush(peer);
                if (events[i].events & (EPOLLIN | EPOLLHUP)) take(peer);
            }
        }
    }
}
