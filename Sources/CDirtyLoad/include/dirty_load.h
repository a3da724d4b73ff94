/// A closed-loop load generator: so many connections, each with so many requests in flight, and the next one sent
/// when an answer has come.
///
/// One thread and one epoll, in C, so that it costs as little as may be of the machine it shares with what it measures. It
/// speaks JSON frames and Gunicorn's binary ones, so that one program measures every contestant.
#ifndef DIRTY_LOAD_H
#define DIRTY_LOAD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Buckets of a latency histogram: 32 for each power of two nanoseconds.
#define DIRTY_LOAD_BUCKETS (64 * 32)

/// Where a request's id stands in its frame.
typedef enum DirtyLoadForm {
    /// JSON: the id is ten decimal digits at `id_offset`.
    DIRTY_LOAD_JSON = 0,
    /// GD: the id is the header's eight bytes.
    DIRTY_LOAD_GD = 1,
} DirtyLoadForm;

/// What to do.
typedef struct DirtyLoadPlan {
    /// The Unix socket to connect to; NUL-terminated.
    const char *socket_path;
    /// What the frame is.
    DirtyLoadForm form;
    /// One whole request, attachments included; only the id in it changes.
    const uint8_t *frame;
    size_t frame_bytes;
    /// Where the ten digits of the id begin; unused for GD.
    size_t id_offset;
    /// Connections, at least 1.
    uint32_t connections;
    /// Connections that are opened besides, and never used.
    uint32_t idle_connections;
    /// Requests in flight on each, at least 1.
    uint32_t depth;
    /// Requests in all; 0 for as many as `duration_ns` allows.
    uint64_t requests;
    /// How long to go on sending; 0 for as long as `requests` lasts.
    uint64_t duration_ns;
    /// Requests before the measured ones, in all; they are not counted.
    uint64_t warmup;
    /// Called about ten times a second with the answers so far, if not NULL; stops the run if it returns non-zero.
    int (*progress)(void *context, uint64_t answers);
    /// Handed to `progress`.
    void *context;
    /// A JSON frame that each connection sends before all others and whose one reply it awaits, if not NULL: a `hello`,
    /// without which a host takes a request beside a stream for a mistake.
    const uint8_t *greeting;
    size_t greeting_bytes;
    /// Bytes that each connection shares with the host as memory, there and back; 0 for none. Then the depth is 1, and the
    /// frame has in place of the numbers, ten digits each: 1000000001 and 1000000002 for descriptor and inode of the
    /// attachment, 1000000003 and 1000000004 for those of the answer area. An answer that isn't in there is an error.
    size_t shared_bytes;
    /// Whether these bytes are copied at every call, the request's into memory made anew and the answer's out of its own;
    /// else the memory is made once and not looked at.
    int shared_copies;
} DirtyLoadPlan;

/// What came of it.
typedef struct DirtyLoadResult {
    /// Results and ended streams, and errors.
    uint64_t answers, errors;
    /// Chunks of streams.
    uint64_t chunks;
    /// Bytes sent and received, frames and attachments; shared memory counts when an answer is in it.
    uint64_t sent_bytes, received_bytes;
    /// From the first measured request to the last answer.
    uint64_t elapsed_ns;
    /// Of each answer, from its sending to its last byte.
    uint64_t latency[DIRTY_LOAD_BUCKETS];
    uint64_t latency_min_ns, latency_max_ns, latency_sum_ns;
    /// The first error frame's beginning, or what went wrong here; NUL-terminated.
    char message[512];
} DirtyLoadResult;

/// Runs `plan` on the calling thread and fills `result`.
///
/// Returns 0, or -errno if a connection failed; `result->message` says where. Requests under way then are not counted.
int dirty_load_run(const DirtyLoadPlan *plan, DirtyLoadResult *result);

/// The latency, in nanoseconds, that `share` (0 to 1) of the answers did not exceed; 0 if there were none.
uint64_t dirty_load_quantile(const DirtyLoadResult *result, double share);

/// Lists the buckets that have answers in them, the fastest first: `ends[i]` is the longest latency in nanoseconds that
/// belongs to the i-th, `counts[i]` how many answers it has. Both have room for `DIRTY_LOAD_BUCKETS` items.
///
/// Returns how many there are.
size_t dirty_load_histogram(const DirtyLoadResult *result, uint64_t *ends, uint64_t *counts);

#ifdef __cplusplus
}
#endif

#endif
