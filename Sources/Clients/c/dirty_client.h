/*
 * dirty_client.h: calls native plugins of a Dirty Host over its Unix socket, from C11 and C++17, on Linux.
 *
 * Add this file and dirty_client.c to your program; both need nothing but the system's headers. What travels is
 * described in docs/protocol.md.
 *
 *     DirtyClient *client = dirty_client_new(NULL);
 *     DirtyClientCall call = {.app = "search", .action = "query", .args = "[\"fox\"]", .kwargs = "{\"limit\":5}"};
 *     DirtyClientResult result;
 *     if (dirty_client_call(client, &call, &result) == DIRTY_CLIENT_OK) {
 *         puts(result.json);
 *         dirty_client_result_free(&result);
 *     } else {
 *         fprintf(stderr, "%s\n", dirty_client_error(client)->message);
 *     }
 *     dirty_client_free(client);
 *
 * Rules that hold for everything below
 *
 * - Threads. A client and its streams are for one thread at a time: have a client for each thread, or a lock of your
 *   own around each call and each function of a stream. Different clients know nothing of each other. Cancellers are
 *   for any thread, and for signal handlers.
 * - Blocking. Every function that talks to the host blocks until it has answered; timeouts and cancellers end that.
 * - Connections. A client keeps one connection for its calls, made with the first; each running stream has one of its
 *   own. When the host has been restarted they are made anew.
 * - Structs are cleared before they are filled in (= {0}, in C++ = {}): what is 0 or NULL is left to client or host.
 * - Text is UTF-8 and ends with a NUL. What goes in is borrowed until the function returns.
 */
#ifndef DIRTY_CLIENT_H
#define DIRTY_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Outcomes ------------------------------------------------------------------------------------------------- */

/* Done. */
#define DIRTY_CLIENT_OK 0

/* A stream has given a chunk. */
#define DIRTY_CLIENT_CHUNK 1

/* A deadline has passed: the host's or the client's own. */
#define DIRTY_CLIENT_E_TIMEOUT (-1)
/* No host answers at the socket, or the connection was lost. */
#define DIRTY_CLIENT_E_CONNECTION (-2)
/* The worker died while it ran the call. */
#define DIRTY_CLIENT_E_WORKER (-3)
/* The plugin said no. */
#define DIRTY_CLIENT_E_APP (-4)
/* The host has no app of that name. */
#define DIRTY_CLIENT_E_APP_NOT_FOUND (-5)
/* The app has no worker now or soon. */
#define DIRTY_CLIENT_E_NO_WORKERS (-6)
/* A bound on waiting calls or memory is reached. */
#define DIRTY_CLIENT_E_OVERLOADED (-7)
/* The call was cancelled. */
#define DIRTY_CLIENT_E_CANCELLED (-8)
/* The same call has killed workers before and is refused. */
#define DIRTY_CLIENT_E_QUARANTINED (-9)
/* One side sent what the other doesn't understand. */
#define DIRTY_CLIENT_E_PROTOCOL (-10)
/* The call can't be sent as it is; nothing was. */
#define DIRTY_CLIENT_E_ARGUMENTS (-11)
/* There is no memory for it. */
#define DIRTY_CLIENT_E_NO_MEMORY (-12)
/* A kind of error that this client doesn't know, from a newer host: see `type`. */
#define DIRTY_CLIENT_E_OTHER (-13)

/* Whether a call ran: after DIRTY_CLIENT_NOT_EXECUTED a retry is safe. */
#define DIRTY_CLIENT_NOT_EXECUTED 0
#define DIRTY_CLIENT_MAYBE_EXECUTED 1
#define DIRTY_CLIENT_EXECUTED 2

/* Why something failed, and whether the call ran all the same. */
typedef struct {
    /* One of DIRTY_CLIENT_E_… */
    int32_t code;
    /* One of DIRTY_CLIENT_…EXECUTED. */
    int32_t executed;
    /* The kind by the name that travels, as "DirtyAppError". */
    const char *type;
    /* What failed, with which value, and what to do. */
    const char *message;
    /* Further facts: the JSON text of an object, as the host sent it; "{}" for the client's own errors. */
    const char *details;
    /* How many seconds the host asks to wait before a retry; negative if it says nothing about it. */
    double retry_after;
} DirtyClientError;

/* ---- Clients -------------------------------------------------------------------------------------------------- */

/* Calls apps of a host. */
typedef struct DirtyClient DirtyClient;

/* How a client behaves. */
typedef struct {
    /* The host's socket. NULL: $DIRTY_SOCKET if it is set; else dirty.sock in $RUNTIME_DIRECTORY,
       $XDG_RUNTIME_DIR/dirty or /tmp/dirty-UID, if it is served by this user or root. */
    const char *socket_path;
    /* How many seconds a call that is known not to have run is tried again when the host can't be reached. 0 is 2 s,
       which is long enough for a host that restarts; negative is never. */
    double retry_seconds;
    /* Whether calls are tried again for that long also when the host is overloaded or has no worker for the app. */
    int32_t retries_refused;
} DirtyClientOptions;

/* A client; NULL if there is no memory. `options` may be NULL. Connects with the first call. */
DirtyClient *dirty_client_new(const DirtyClientOptions *options);

/* Ends a client, whose streams must have been freed. NULL does nothing. */
void dirty_client_free(DirtyClient *client);

/* The error of the last function that failed on this client or a stream of it; valid until the next call of one. */
const DirtyClientError *dirty_client_error(const DirtyClient *client);

/* ---- Cancelling ----------------------------------------------------------------------------------------------- */

/* Takes calls back, from any thread. */
typedef struct DirtyClientCanceller DirtyClientCanceller;

/* A canceller; NULL if there is no memory or no descriptor left. */
DirtyClientCanceller *dirty_client_canceller_new(void);

/* Cancels the calls and streams that were given this canceller, those that run and those that are yet to begin.
   Any thread; safe in signal handlers. */
void dirty_client_cancel(DirtyClientCanceller *canceller);

/* Ends a canceller, which no call may be using any more. NULL does nothing. */
void dirty_client_canceller_free(DirtyClientCanceller *canceller);

/* ---- Calls ---------------------------------------------------------------------------------------------------- */

/* Bytes that somebody else owns. */
typedef struct {
    const void *ptr;
    size_t len;
} DirtyClientBytes;

/* One call. */
typedef struct {
    /* The app's name, or its plugin's path as the host lists it. */
    const char *app;
    /* What to do. */
    const char *action;
    /* The positional arguments, JSON text of an array; may be NULL. {"$attachment":0} stands for an attachment. */
    const char *args;
    /* The arguments by name, JSON text of an object; may be NULL. */
    const char *kwargs;
    /* Raw bytes that the arguments refer to, as many as there are. */
    const DirtyClientBytes *attachments;
    size_t attachment_count;
    /* Seconds for waiting, running and streaming together, retries included; 0 leaves it to the host. */
    double timeout;
    /* Calls of an app with the same affinity go to the same worker while it lives; may be NULL. */
    const char *affinity;
    /* The W3C trace context this call belongs to; may be NULL. */
    const char *traceparent;
    /* Cancels the call: it then ends with DIRTY_CLIENT_E_CANCELLED, unless it was quicker; may be NULL. */
    DirtyClientCanceller *canceller;
} DirtyClientCall;

/* What a call answered, or one chunk of a stream; the caller's, to be freed with dirty_client_result_free. */
typedef struct {
    /* The value as JSON text, as the plugin wrote it, and its length without the NUL. */
    const char *json;
    size_t json_len;
    /* Raw bytes that the value refers to as {"$attachment":0} and so on. */
    const DirtyClientBytes *attachments;
    size_t attachment_count;
    /* The client's. */
    void *owned[2];
} DirtyClientResult;

/* Gives a result's memory back, and clears it. A cleared result does nothing. */
void dirty_client_result_free(DirtyClientResult *result);

/* Calls an action and waits for its result: DIRTY_CLIENT_OK, or negative, and then `result` is cleared. An action that
   streams is cancelled, and is DIRTY_CLIENT_E_PROTOCOL. */
int32_t dirty_client_call(DirtyClient *client, const DirtyClientCall *call, DirtyClientResult *result);

/* Asks the host about itself: `question` is "ping", "hello", "status" or "describe", the latter about one app or, if
   that is NULL, all. DIRTY_CLIENT_OK, or negative. */
int32_t dirty_client_ask(DirtyClient *client, const char *question, const char *app, DirtyClientResult *result);

/* ---- Streams -------------------------------------------------------------------------------------------------- */

/* The chunks of a streaming call, as they come. */
typedef struct DirtyClientStream DirtyClientStream;

/* Calls an action, and returns when it has begun to answer; NULL if it failed. The call's canceller is used for as long
   as the stream lives. */
DirtyClientStream *dirty_client_stream(DirtyClient *client, const DirtyClientCall *call);

/* Waits for the next chunk: DIRTY_CLIENT_CHUNK; DIRTY_CLIENT_OK after the last; or negative, and then the stream has
   ended. Of an action that doesn't stream, its result is the only chunk, unless it is null. The host holds the plugin
   back while nobody asks for the next chunk; whoever takes none for 30 s (`dirty_write_timeout`) loses the stream. */
int32_t dirty_client_stream_next(DirtyClientStream *stream, DirtyClientResult *chunk);

/* Ends a stream; before its end this cancels the call. NULL does nothing. */
void dirty_client_stream_free(DirtyClientStream *stream);

#ifdef __cplusplus
}
#endif

#endif
