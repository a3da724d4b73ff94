#define _GNU_SOURCE
#include "dirty_load.h"

#include "shared_memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 20, HEAD_BYTES = 512 };

/// One connection: what it still has to send, and the reply it is amid.
typedef struct Connection {
    int descriptor;
    uint32_t wants_write;
    /// The request being written, and how much of it has been.
    uint64_t sending;
    size_t sent;
    int is_sending;
    /// Requests waiting to be written.
    uint32_t due;
    /// The reply at hand: its first bytes, and how many bytes of it and of what follows are missing.
    uint8_t head[HEAD_BYTES];
    size_t head_bytes;
    size_t missing;
    int has_length;
    /// When each request in flight was sent, by its place; the id names the place.
    uint64_t *sent_at;
    uint32_t *free_places;
    uint32_t free_count;
    /// What it shares with the host, and how much of that the reply at hand is in.
    SharedMemory memory;
    size_t shared_bytes;
} Connection;

typedef struct Run {
    const DirtyLoadPlan *plan;
    DirtyLoadResult *result;
    Connection *connections;
    uint8_t *buffer;
    int poll;
    uint64_t issued, finished, budget, warmup_left, started, deadline;
    SharedPlaces shared_places;
} Run;

static uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static size_t bucket_of(uint64_t value) {
    if (value < 32) return (size_t)value;
    unsigned exponent = 63u - (unsigned)__builtin_clzll(value);
    return (size_t)(exponent - 4) * 32 + (size_t)((value >> (exponent - 5)) & 31);
}

static uint64_t bucket_end(size_t bucket) {
    if (bucket < 32) return bucket;
    unsigned exponent = (unsigned)(bucket / 32) + 4;
    uint64_t step = UINT64_C(1) << (exponent - 5);
    return (UINT64_C(1) << exponent) + (uint64_t)(bucket % 32 + 1) * step - 1;
}

static int fail(Run *run, const char *what) {
    int number = errno;
    snprintf(run->result->message, sizeof run->result->message, "%s: %s", what, strerror(number));
    return -number;
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        int number = errno;
        close(descriptor);
        errno = number;
        return -1;
    }
    return descriptor;
}

/// Sends the greeting on a connection that still blocks, and takes the reply to it in; returns 0, or -errno.
static int greet(Run *run, int descriptor) {
    const DirtyLoadPlan *plan = run->plan;
    for (size_t sent = 0; sent < plan->greeting_bytes;) {
        ssize_t count = send(descriptor, plan->greeting + sent, plan->greeting_bytes - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail(run, "sending a greeting");
        sent += (size_t)count;
        run->result->sent_bytes += (uint64_t)count;
    }
    uint8_t bytes[4096];
    size_t missing = 4;
    for (int has_length = 0; missing > 0;) {
        ssize_t count = recv(descriptor, bytes, missing < sizeof bytes ? missing : sizeof bytes, has_length ? 0 : MSG_WAITALL);
        if (count < 0 && errno == EINTR) continue;
        if (count == 0 || (!has_length && count > 0 && count < 4)) errno = ECONNRESET;
        if (count <= 0 || (!has_length && count < 4)) return fail(run, "receiving the reply to a greeting");
        missing -= (size_t)count;
        if (has_length) continue;
        missing = (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
        has_length = 1;
    }
    return 0;
}

// MARK: Sending

/// Whether another request may be sent at all.
static int may_issue(Run *run) {
    if (run->budget != 0 && run->issued >= run->budget) return 0;
    return run->deadline == 0 || now_ns() < run->deadline;
}

/// Puts the id into the frame's copy: the place of its time stamp, so that the answer finds it. With it, what is shared.
static void stamp(Run *run, const Connection *connection) {
    uint64_t place = connection->sending;
    if (run->plan->shared_bytes > 0) shared_memory_stamp(&connection->memory, &run->shared_places, run->buffer);
    if (run->plan->form == DIRTY_LOAD_GD) {
        for (int i = 0; i < 8; i++) run->buffer[8 + i] = (uint8_t)(place >> (56 - 8 * i));
        return;
    }
    char digits[11];
    snprintf(digits, sizeof digits, "%010u", (unsigned)(1000000000u + place));
    memcpy(run->buffer + run->plan->id_offset, digits, 10);
}

/// Writes what is due; returns 0, or -errno.
static int write_due(Run *run, Connection *connection) {
    const DirtyLoadPlan *plan = run->plan;
    for (;;) {
        if (!connection->is_sending) {
            if (connection->due == 0 || connection->free_count == 0 || !may_issue(run)) break;
            connection->due--;
            run->issued++;
            connection->sending = connection->free_places[--connection->free_count];
            connection->sent = 0;
            connection->is_sending = 1;
            connection->sent_at[connection->sending] = now_ns();
            if (plan->shared_bytes > 0 && shared_memory_renew(&connection->memory) != 0) return fail(run, "sharing memory");
        }
        stamp(run, connection);
        ssize_t count = send(connection->descriptor, run->buffer + connection->sent, plan->frame_bytes - connection->sent,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) break;
            return fail(run, "sending a request");
        }
        connection->sent += (size_t)count;
        run->result->sent_bytes += (uint64_t)count;
        if (connection->sent == plan->frame_bytes) connection->is_sending = 0;
    }
    uint32_t wants = connection->is_sending ? EPOLLOUT : 0;
    if (wants != connection->wants_write) {
        struct epoll_event event = {.events = EPOLLIN | wants, .data.ptr = connection};
        if (epoll_ctl(run->poll, EPOLL_CTL_MOD, connection->descriptor, &event) != 0) return fail(run, "epoll_ctl");
        connection->wants_write = wants;
    }
    return 0;
}

// MARK: Receiving

/// The number after `name` in a JSON reply's head, a space between them or not; -1 if it isn't there.
static int64_t member(const Connection *connection, const char *name) {
    const uint8_t *found = memmem(connection->head, connection->head_bytes, name, strlen(name));
    if (found == NULL) return -1;
    int64_t value = 0;
    const uint8_t *end = connection->head + connection->head_bytes;
    found += strlen(name);
    while (found < end && *found == ' ') found++;
    for (; found < end && *found >= '0' && *found <= '9'; found++) value = value * 10 + (*found - '0');
    return value;
}

/// Whether a JSON reply is of `type`, written with or without a space: others' hosts put one.
static int is_of_type(const Connection *connection, const char *type) {
    const char *name = "\"type\":";
    const uint8_t *found = memmem(connection->head, connection->head_bytes, name, strlen(name));
    if (found == NULL) return 0;
    const uint8_t *end = connection->head + connection->head_bytes;
    found += strlen(name);
    while (found < end && *found == ' ') found++;
    return (size_t)(end - found) >= strlen(type) && memcmp(found, type, strlen(type)) == 0;
}

/// Bytes that follow a JSON reply's frame: the sizes in its member "attachments", which precedes the result. Those of
/// objects in there are in shared memory.
static size_t attachment_bytes(Connection *connection) {
    const char *name = "\"attachments\":[";
    const uint8_t *found = memmem(connection->head, connection->head_bytes, name, strlen(name));
    if (found == NULL) return 0;
    size_t total = 0, size = 0;
    int is_object = 0;
    const uint8_t *end = connection->head + connection->head_bytes;
    for (found += strlen(name); found < end; found++) {
        if (*found >= '0' && *found <= '9') {
            size = size * 10 + (size_t)(*found - '0');
            continue;
        }
        if (*found == '{') is_object = 1;
        if (*found == '}') {
            // The size is an object's last number.
            connection->shared_bytes += size;
            is_object = 0;
        } else if (!is_object) {
            total += size;
        }
        size = 0;
        if (*found == ']') break;
    }
    return total;
}

/// Copies an answer out of the memory it is in, if the plan says so; returns 0, or -1.
static int take_shared(Connection *connection) {
    return connection->shared_bytes == 0 ? 0 : shared_memory_take(&connection->memory);
}

/// Handles a reply whose last byte has come.
static void finish_reply(Run *run, Connection *connection) {
    int is_gd = run->plan->form == DIRTY_LOAD_GD;
    uint64_t place = 0;
    int is_chunk, is_error;
    if (is_gd) {
        for (int i = 0; i < 8; i++) place = place << 8 | connection->head[8 + i];
        is_chunk = connection->head[3] == 4;
        is_error = connection->head[3] == 3;
    } else {
        place = (uint64_t)(member(connection, "\"id\":") - 1000000000);
        is_chunk = is_of_type(connection, "\"chunk\"");
        is_error = is_of_type(connection, "\"error\"");
    }
    DirtyLoadResult *result = run->result;
    if (is_chunk) {
        result->chunks++;
        return;
    }
    if (is_error) {
        if (result->errors == 0) {
            size_t count = connection->head_bytes < sizeof result->message - 1 ? connection->head_bytes : sizeof result->message - 1;
            memcpy(result->message, connection->head, count);
            result->message[count] = 0;
        }
        result->errors++;
    } else if (connection->shared_bytes < run->plan->shared_bytes || take_shared(connection) != 0) {
        snprintf(result->message, sizeof result->message, "an answer isn't in the memory that it was given");
        result->errors++;
    } else {
        result->answers++;
        result->received_bytes += connection->shared_bytes;
    }
    connection->shared_bytes = 0;
    run->finished++;
    connection->due++;
    if (place >= run->plan->depth) return;
    uint64_t latency = now_ns() - connection->sent_at[place];
    connection->free_places[connection->free_count++] = (uint32_t)place;
    result->latency[bucket_of(latency)]++;
    result->latency_sum_ns += latency;
    if (latency > result->latency_max_ns) result->latency_max_ns = latency;
    if (result->latency_min_ns == 0 || latency < result->latency_min_ns) result->latency_min_ns = latency;
}

/// Cuts `count` bytes into replies.
static void take(Run *run, Connection *connection, const uint8_t *bytes, size_t count) {
    size_t header = run->plan->form == DIRTY_LOAD_GD ? 16 : 4;
    while (count > 0) {
        if (!connection->has_length) {
            size_t part = header - connection->head_bytes < count ? header - connection->head_bytes : count;
            memcpy(connection->head + connection->head_bytes, bytes, part);
            connection->head_bytes += part;
            bytes += part;
            count -= part;
            if (connection->head_bytes < header) return;
            const uint8_t *length = connection->head + (header == 16 ? 4 : 0);
            connection->missing = (size_t)length[0] << 24 | (size_t)length[1] << 16 | (size_t)length[2] << 8 | length[3];
            connection->has_length = 1;
            if (header == 4) connection->head_bytes = 0;
        }
        size_t part = connection->missing < count ? connection->missing : count;
        size_t room = connection->has_length == 2 ? 0 : HEAD_BYTES - connection->head_bytes;
        size_t kept = part < room ? part : room;
        memcpy(connection->head + connection->head_bytes, bytes, kept);
        connection->head_bytes += kept;
        connection->missing -= part;
        bytes += part;
        count -= part;
        if (connection->missing > 0) return;
        if (connection->has_length == 1 && header == 4) {
            connection->has_length = 2;
            connection->missing = attachment_bytes(connection);
            if (connection->missing > 0) {
                // Bytes that nobody looks at: they stay out of the head.
                size_t skipped = connection->missing < count ? connection->missing : count;
                connection->missing -= skipped;
                bytes += skipped;
                count -= skipped;
                if (connection->missing > 0) return;
            }
        }
        finish_reply(run, connection);
        connection->has_length = 0;
        connection->head_bytes = 0;
    }
}

static int read_replies(Run *run, Connection *connection) {
    uint8_t *space = run->buffer + run->plan->frame_bytes;
    for (;;) {
        ssize_t count = recv(connection->descriptor, space, READ_BYTES, MSG_DONTWAIT);
        if (count > 0) {
            run->result->received_bytes += (uint64_t)count;
            take(run, connection, space, (size_t)count);
            if (count < READ_BYTES) return 0;
            continue;
        }
        if (count == 0) {
            errno = ECONNRESET;
            return fail(run, "the host closed a connection");
        }
        if (errno == EINTR) continue;
        return errno == EAGAIN ? 0 : fail(run, "receiving a reply");
    }
}

// MARK: Running

/// Sends `requests` (0: until `deadline`) and takes their answers in.
static int loop(Run *run, uint64_t requests, uint64_t duration_ns) {
    const DirtyLoadPlan *plan = run->plan;
    run->issued = run->finished = 0;
    run->budget = requests;
    run->started = now_ns();
    run->deadline = duration_ns == 0 ? 0 : run->started + duration_ns;
    for (uint32_t i = 0; i < plan->connections; i++) {
        run->connections[i].due = plan->depth;
        int result = write_due(run, &run->connections[i]);
        if (result != 0) return result;
    }
    uint64_t next_progress = run->started + 100000000u;
    struct epoll_event events[256];
    while (run->finished < run->issued || may_issue(run)) {
        int count = epoll_wait(run->poll, events, 256, 100);
        if (count < 0 && errno != EINTR) return fail(run, "epoll_wait");
        for (int i = 0; i < count; i++) {
            Connection *connection = events[i].data.ptr;
            int result = 0;
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) result = read_replies(run, connection);
            if (result == 0) result = write_due(run, connection);
            if (result != 0) return result;
        }
        if (plan->progress != NULL && now_ns() >= next_progress) {
            next_progress = now_ns() + 100000000u;
            if (plan->progress(plan->context, run->result->answers) != 0) break;
        }
    }
    run->result->elapsed_ns = now_ns() - run->started;
    return 0;
}

static int open_connections(Run *run, int *idle) {
    const DirtyLoadPlan *plan = run->plan;
    for (uint32_t i = 0; i < plan->connections; i++) {
        Connection *connection = &run->connections[i];
        connection->sent_at = calloc(plan->depth, sizeof *connection->sent_at);
        connection->free_places = calloc(plan->depth, sizeof *connection->free_places);
        if (connection->sent_at == NULL || connection->free_places == NULL) return fail(run, "making room");
        for (uint32_t place = 0; place < plan->depth; place++) connection->free_places[connection->free_count++] = place;
        connection->descriptor = connect_to(plan->socket_path);
        if (connection->descriptor < 0) return fail(run, "connecting");
        if (plan->shared_bytes > 0 && shared_memory_make(&connection->memory, plan->shared_bytes, plan->shared_copies) != 0) {
            return fail(run, "sharing memory");
        }
        int greeted = plan->greeting == NULL ? 0 : greet(run, connection->descriptor);
        if (greeted != 0) return greeted;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        if (epoll_ctl(run->poll, EPOLL_CTL_ADD, connection->descriptor, &event) != 0) return fail(run, "epoll_ctl");
    }
    for (uint32_t i = 0; i < plan->idle_connections; i++) {
        idle[i] = connect_to(plan->socket_path);
        if (idle[i] < 0) return fail(run, "connecting an idle client");
    }
    return 0;
}

int dirty_load_run(const DirtyLoadPlan *plan, DirtyLoadResult *result) {
    memset(result, 0, sizeof *result);
    Run run = {.plan = plan, .result = result};
    run.connections = calloc(plan->connections, sizeof *run.connections);
    int *idle = calloc(plan->idle_connections + 1, sizeof *idle);
    run.buffer = malloc(plan->frame_bytes + READ_BYTES);
    run.poll = epoll_create1(EPOLL_CLOEXEC);
    int status = 0;
    if (run.connections == NULL || idle == NULL || run.buffer == NULL || run.poll < 0) {
        status = fail(&run, "making room");
    } else {
        memcpy(run.buffer, plan->frame, plan->frame_bytes);
        for (uint32_t i = 0; i < plan->connections; i++) {
            run.connections[i].descriptor = -1;
            run.connections[i].memory = (SharedMemory){.attachment = -1, .area = -1};
        }
        for (uint32_t i = 0; i < plan->idle_connections; i++) idle[i] = -1;
        errno = EINVAL;
        int is_wrong = plan->shared_bytes > 0
            && (plan->depth != 1 || shared_memory_places(plan->frame, plan->frame_bytes, &run.shared_places) != 0);
        status = is_wrong ? fail(&run, "the frame says nothing of shared memory, or the depth isn't 1") : open_connections(&run, idle);
        if (status == 0 && plan->warmup > 0) {
            status = loop(&run, plan->warmup, 0);
            if (status == 0) memset(result, 0, sizeof *result);
        }
        if (status == 0) status = loop(&run, plan->requests, plan->duration_ns);
    }
    for (uint32_t i = 0; run.connections != NULL && i < plan->connections; i++) {
        if (run.connections[i].descriptor >= 0) close(run.connections[i].descriptor);
        shared_memory_free(&run.connections[i].memory);
        free(run.connections[i].sent_at);
        free(run.connections[i].free_places);
    }
    for (uint32_t i = 0; idle != NULL && i < plan->idle_connections; i++) {
        if (idle[i] >= 0) close(idle[i]);
    }
    if (run.poll >= 0) close(run.poll);
    free(run.connections);
    free(idle);
    free(run.buffer);
    return status;
}

uint64_t dirty_load_quantile(const DirtyLoadResult *result, double share) {
    uint64_t total = result->answers + result->errors;
    if (total == 0) return 0;
    uint64_t rank = (uint64_t)(share * (double)(total - 1)) + 1, seen = 0;
    for (size_t bucket = 0; bucket < DIRTY_LOAD_BUCKETS; bucket++) {
        seen += result->latency[bucket];
        if (seen >= rank) {
            uint64_t end = bucket_end(bucket);
            return end < result->latency_max_ns ? end : result->latency_max_ns;
        }
    }
    return result->latency_max_ns;
}

size_t dirty_load_histogram(const DirtyLoadResult *result, uint64_t *ends, uint64_t *counts) {
    size_t used = 0;
    for (size_t bucket = 0; bucket < DIRTY_LOAD_BUCKETS; bucket++) {
        if (result->latency[bucket] == 0) continue;
        ends[used] = bucket_end(bucket);
        counts[used++] = result->latency[bucket];
    }
    return used;
}
