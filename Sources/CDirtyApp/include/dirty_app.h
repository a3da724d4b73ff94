/*
 * dirty_app.h: the interface between Dirty Host and its plugins, major version 1.
 *
 * A plugin is a shared library that exports one function, dirty_app_v1. A worker process loads it once, calls `open`,
 * then `handle` for each call, and `close` when it ends in good order. This file needs nothing but the C standard
 * headers, and compiles as C11 and as C++17. A guide with examples is docs/plugin-abi.md.
 *
 * Life of a plugin
 *
 *     load --> dirty_app_v1() --> open(host, config, &app) --> handle(app, request)* --> close(app) --> process ends
 *                                        |                            |
 *                                        +-- negative: not loaded     +-- finish / emit / poll / alloc / log
 *
 * A plugin is never unloaded: a reload is a new process. `close` is called only when the worker ends in good order; a
 * worker that is killed or crashes ends without it.
 *
 * Rules that hold for everything below
 *
 * - Layout. Structs only ever grow at their end, and begin with their size. A member that lies beyond `struct_size` is
 *   not there. A function pointer that is NULL is a function that is not provided.
 * - Text is UTF-8. Its length counts, and doesn't include the NUL that follows each text the host hands out.
 * - Ownership never depends on a result code. What a function takes, it has taken, whether it succeeds or fails.
 * - Ids name calls. They are never reused; a call that is over answers DIRTY_E_GONE, so a late thread does no harm.
 * - Errors. No C++ exception, Rust panic or longjmp may cross any of these functions, in either direction.
 * - Processes. A plugin must not change signal masks or handlers it didn't set, the working directory or the locale,
 *   and must not call exit: other apps may live in the same process.
 */
#ifndef DIRTY_APP_H
#define DIRTY_APP_H

#include <stddef.h>
#include <stdint.h>

/* Marks the entry point as visible, in libraries that hide everything else with -fvisibility=hidden. */
#if defined(__GNUC__) || defined(__clang__)
#define DIRTY_EXPORT __attribute__((visibility("default")))
#else
#define DIRTY_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Versions ------------------------------------------------------------------------------------------------- */

/* The major version is part of the entry point's name. Another major is another, incompatible interface. */
#define DIRTY_ABI_MAJOR 1

/* The minor version counts members and functions added at the ends of structs. */
#define DIRTY_ABI_MINOR 0

/* ---- Status codes: results of functions, and outcomes of calls ------------------------------------------------ */

/* Done. */
#define DIRTY_OK 0

/* From `handle` only: the call goes on, and `finish` ends it later. */
#define DIRTY_PENDING 1

/* Something went wrong inside, for no fault of the caller. */
#define DIRTY_E_INTERNAL (-1)

/* The arguments, or the JSON, are not acceptable. */
#define DIRTY_E_INVALID (-2)

/* What the call asks for isn't there. */
#define DIRTY_E_NOT_FOUND (-3)

/* The action, or the function's variant, is not known. */
#define DIRTY_E_UNSUPPORTED (-4)

/* Not now; the caller may try again. The host's own functions never return it. */
#define DIRTY_E_BUSY (-5)

/* The call has been cancelled: nobody waits for its answer any more. */
#define DIRTY_E_CANCELLED (-6)

/* The call's deadline has passed: nobody waits for its answer any more. */
#define DIRTY_E_DEADLINE (-7)

/* The call is over, or there was none of that id. */
#define DIRTY_E_GONE (-8)

/* Not enough memory. */
#define DIRTY_E_NOMEM (-9)

/* Larger than the limits allow. */
#define DIRTY_E_TOO_LARGE (-10)

/* The plugin has caught a panic and no longer trusts its own state. The caller gets the error, and the worker process
 * is then ended (without `close`) and replaced. */
#define DIRTY_E_POISONED (-11)

/* ---- App flags (DirtyApp.flags) ------------------------------------------------------------------------------- */

/* The low 32 bits may be ignored by a host that doesn't know them; a host refuses to load a plugin that sets one of the
 * high 32 bits that it doesn't know. */

/* `handle` may be called on several threads at the same time for one instance. Without it, one call at a time runs in
 * each worker, though not always on the same thread. */
#define DIRTY_APP_CONCURRENT 0x1ULL

/* `handle`, `open` and `close` are always called on one and the same thread. */
#define DIRTY_APP_PINNED 0x100000000ULL

/* No other app may live in the same process. For plugins whose runtime owns the process, such as Go or Python. */
#define DIRTY_APP_EXCLUSIVE 0x200000000ULL

/* ---- Levels of DirtyHost.log ---------------------------------------------------------------------------------- */

#define DIRTY_LOG_DEBUG 0
#define DIRTY_LOG_INFO 1
#define DIRTY_LOG_WARNING 2
#define DIRTY_LOG_ERROR 3

/* ---- Kinds of DirtyHost.emit ---------------------------------------------------------------------------------- */

/* One chunk of a streamed answer. */
#define DIRTY_EMIT_CHUNK 0
/* Nothing yet: says that the answer is a stream, so that it ends as one even if no chunk comes. */
#define DIRTY_EMIT_BEGIN 1

/* ---- Bytes ---------------------------------------------------------------------------------------------------- */

/* Bytes lent by the host. Never to be changed, and never to be freed. */
typedef struct DirtyView {
    /* First byte. Never NULL in a text view, even when it is empty. */
    const uint8_t *ptr;
    /* How many bytes. A text view is followed by a NUL, which isn't counted. */
    size_t len;
} DirtyView;

/* Bytes handed to the host: an attachment of an answer. */
typedef struct DirtyOut {
    /* First byte. May be NULL if `len` is 0. */
    const uint8_t *ptr;
    /* How many bytes. */
    size_t len;
    /* NULL: the bytes are lent, and need to live only until the function they are passed to returns. Otherwise the
     * host owns them from the moment that function is called, and calls `release(ctx)` exactly once when it needs
     * them no more, whatever the function returns. It does so on the calling thread, before the function returns. */
    void (*release)(void *ctx);
    /* Passed to `release`. */
    void *ctx;
} DirtyOut;

/* ---- One call ------------------------------------------------------------------------------------------------- */

/* A call, as `handle` gets it. The struct itself lives until `handle` returns. What its views point to, and the
 * memory of `alloc`, live until the call is over: until `handle` has returned and, if it returned DIRTY_PENDING,
 * `finish` has. */
typedef struct DirtyRequest {
    /* Size of this struct as the host knows it. */
    uint32_t struct_size;
    /* None defined yet: 0. */
    uint32_t flags;
    /* Names the call in every function of DirtyHost, and in DirtyApp.cancel. Never 0, never reused. */
    uint64_t id;
    /* When the call's time is up, in nanoseconds of CLOCK_MONOTONIC; 0 for never. For planning: whether the call is
     * still wanted is what DirtyHost.poll says. */
    uint64_t deadline_ns;
    /* Name of what is asked for, as text. */
    DirtyView action;
    /* Positional arguments: a JSON array; "[]" if the caller gave none. Known to be valid JSON. */
    DirtyView args;
    /* Named arguments: a JSON object; "{}" if the caller gave none. Known to be valid JSON. */
    DirtyView kwargs;
    /* Raw bytes that came with the call. The JSON refers to number i as {"$attachment":i}. NULL if there are none. Each
     * begins at an address that is a multiple of 16, unless the caller speaks the GD form. */
    const DirtyView *attachments;
    /* How many attachments. */
    uint32_t attachment_count;
    /* 0. */
    uint32_t reserved;
} DirtyRequest;

/* ---- What the host provides ----------------------------------------------------------------------------------- */

/* The host's functions. `open` gets the table; it and what it points to live as long as the process does. Every
 * function may be called on any thread, at any time after `open` has been entered, and takes `ctx` as its first
 * argument. None may be called from a signal handler or from dirty_app_v1. */
typedef struct DirtyHost {
    /* Size of this struct as the host knows it. */
    uint32_t struct_size;
    /* DIRTY_ABI_MAJOR of the host. */
    uint16_t abi_major;
    /* DIRTY_ABI_MINOR of the host. */
    uint16_t abi_minor;
    /* The first argument of every function here. Belongs to one app: another app's is another. */
    void *ctx;

    /* Asks whether call `id` is still wanted. Two loads from memory: cheap enough for an inner loop.
     *
     * Returns DIRTY_OK while it is; DIRTY_E_CANCELLED or DIRTY_E_DEADLINE once nobody waits for it any more;
     * DIRTY_E_GONE when it is over. A call that isn't wanted should end soon, with any status: a worker whose call
     * runs on is killed. */
    int32_t (*poll)(void *ctx, uint64_t id);

    /* Sends one piece of a streamed answer. `kind` is DIRTY_EMIT_CHUNK: `json` is one JSON value of `len` bytes,
     * lent, needing no NUL; `atts` are the `n` attachments it refers to by {"$attachment":i}, and may be NULL if `n`
     * is 0. With DIRTY_EMIT_BEGIN nothing is sent and they are ignored: the call is only noted to stream.
     *
     * Blocks while the caller reads slowly, until the piece is written or the call has ended. Pieces sent from
     * several threads never mix; their order is that of the calls.
     *
     * Returns DIRTY_OK; DIRTY_E_CANCELLED or DIRTY_E_DEADLINE if nobody waits for it any more; DIRTY_E_GONE if the
     * call is over; DIRTY_E_INVALID if `json` isn't JSON, or is found to refer to an attachment there isn't;
     * DIRTY_E_TOO_LARGE; DIRTY_E_NOMEM; DIRTY_E_UNSUPPORTED for an unknown `kind`. After an error nothing has been
     * sent, and the call goes on. Attachments are taken in every case, as DirtyOut says. */
    int32_t (*emit)(
        void *ctx, uint64_t id, int32_t kind, const char *json, size_t len, const DirtyOut *atts, uint32_t n);

    /* Ends call `id`. Arguments as for `emit`; `len` may be 0.
     *
     * `status` DIRTY_OK: `json` is the result; without text, it is null. If the call has emitted, `json`, if any, is
     * the last piece of the stream, which then ends. `status` negative: the call failed, and `json`, if any, is an
     * object {"message":"…","details":{…}}, both optional, `details` being whatever helps the caller; `atts` are not
     * sent.
     *
     * May be called during `handle`, on its thread or another, or after `handle` has returned DIRTY_PENDING. The
     * first event that ends a call decides: another `finish`, or what `handle` returns later, changes nothing. An
     * answer given on the thread of `handle` may travel only when `handle` returns.
     *
     * Returns DIRTY_OK; DIRTY_E_GONE if the call was over already, or the host is no longer there; DIRTY_E_INVALID or
     * DIRTY_E_TOO_LARGE if the result couldn't be sent: the caller then gets an error that says so. The call is over
     * in every case, and attachments are taken, as DirtyOut says. */
    int32_t (*finish)(
        void *ctx, uint64_t id, int32_t status, const char *json, size_t len, const DirtyOut *atts, uint32_t n);

    /* Memory that lives until the call is over (see DirtyRequest). Aligned to 16 bytes, not cleared.
     *
     * Returns NULL if there is no memory, or the call is over. Never freed by the plugin. */
    void *(*alloc)(void *ctx, uint64_t id, size_t size);

    /* Writes one line to the host's log, under the app's name. `level` is a DIRTY_LOG_… value; `msg` is text of `len`
     * bytes, lent, needing no NUL. Newlines in it become spaces. What a plugin prints on stdout or stderr reaches the
     * same log. */
    void (*log)(void *ctx, int32_t level, const char *msg, size_t len);

    /* A table of further functions, by name and revision, such as "dirty.NAME/1". The table's type belongs to the
     * name and never changes. Returns NULL if the host doesn't have it. What it returns lives as long as the process
     * does. */
    const void *(*extension)(void *ctx, const char *name);
} DirtyHost;

/* ---- What the plugin provides --------------------------------------------------------------------------------- */

/* A plugin's table. Static data of the plugin: it must not change once dirty_app_v1 has returned it. */
typedef struct DirtyApp {
    /* sizeof(DirtyApp) as the plugin knows it. */
    uint32_t struct_size;
    /* DIRTY_ABI_MINOR as the plugin knows it. */
    uint16_t abi_minor;
    /* The oldest minor of the host that the plugin can live with. An older host refuses to load it. */
    uint16_t min_host_minor;
    /* DIRTY_APP_… flags. */
    uint64_t flags;
    /* The plugin's own name, as text ended by a NUL. Required. The app's name is the operator's choice, and may
     * differ. */
    const char *name;
    /* The plugin's version, as text ended by a NUL. May be NULL. */
    const char *version;
    /* What the plugin can do, as JSON ended by a NUL: {"actions":[{"name":…,"doc":…,"parameters":[…]}]}. May be NULL. */
    const char *manifest;

    /* Makes the instance; the only one in its process. `config` is the app's configuration, JSON text of `len` bytes
     * with a NUL behind it ("{}" or "null" if the operator gave none), lent until `open` returns. May take long:
     * loading a model belongs here.
     *
     * On success returns DIRTY_OK and stores what it likes in `*app`: the first argument of the functions below. On
     * failure returns a negative status, and may write the reason into `err`, at most `err_cap` bytes with the NUL;
     * the operator reads it. Then nothing else of the plugin is called.
     *
     * Called once, before any other function, on the thread that will call `close`. If NULL, the plugin needs no
     * preparation, and `app` is NULL. */
    int32_t (*open)(const DirtyHost *host, const char *config, size_t len, void **app, char *err, size_t err_cap);

    /* Runs one call. Required.
     *
     * Returns DIRTY_OK: the call is done. Its answer is what `finish` was given; without `finish`, the stream ends if
     * anything was emitted, and the result is null otherwise. Returns DIRTY_PENDING: the answer comes by `finish`,
     * later, or already has, from another thread. Returns a negative status: the call failed (unless `finish` has
     * ended it before).
     *
     * Called on a thread of the host that has 8 MiB of stack and may block: one call at a time per app in each
     * worker, on any of the worker's threads, unless the flags say otherwise. With DIRTY_PENDING the call still
     * counts as running. */
    int32_t (*handle)(void *app, const DirtyRequest *request);

    /* Ends the instance, and frees what it holds. No call is running, and none follows. Same thread as `open`. May be
     * NULL. */
    void (*close)(void *app);

    /* Says that call `id` isn't wanted any more, for plugins that can't ask `poll`. `why` is DIRTY_E_CANCELLED or
     * DIRTY_E_DEADLINE. The call must still be ended in the usual ways.
     *
     * Called on any thread, while other functions run; must not block. The call may have ended in the meantime, or
     * its `handle` may be about to be entered. Never called after `close` has begun. May be NULL. */
    void (*cancel)(void *app, uint64_t id, int32_t why);

    /* A table of further functions that the plugin provides, by name and revision, such as "dirty.NAME/1"; NULL if it
     * doesn't have it. Called after `open`, on any thread. May be NULL. */
    const void *(*extension)(void *app, const char *name);
} DirtyApp;

/* The entry point, which the plugin defines. Returns the plugin's table; never NULL. Cheap and without effects: it
 * starts no threads, opens nothing and calls nothing of the host. It is also called where the plugin is only looked
 * at, without `open`. In C++ and in Rust it has C linkage. */
DIRTY_EXPORT const DirtyApp *dirty_app_v1(void);

#ifdef __cplusplus
}
#endif

/* ---- The layout, fixed for 64-bit platforms ------------------------------------------------------------------- */

#ifdef __cplusplus
#define DIRTY_LAYOUT(condition, text) static_assert(condition, text)
#else
#define DIRTY_LAYOUT(condition, text) _Static_assert(condition, text)
#endif
#define DIRTY_OFFSET(type, member, offset) DIRTY_LAYOUT(offsetof(type, member) == (offset), #type "." #member " has moved")
#define DIRTY_SIZE(type, size) DIRTY_LAYOUT(sizeof(type) == (size), #type " has another size")

DIRTY_LAYOUT(sizeof(void *) == 8 && sizeof(size_t) == 8, "Dirty Host plugins are 64-bit");
DIRTY_LAYOUT(sizeof(void (*)(void)) == 8, "function pointers are as large as data pointers");

DIRTY_OFFSET(DirtyView, ptr, 0);
DIRTY_OFFSET(DirtyView, len, 8);
DIRTY_SIZE(DirtyView, 16);

DIRTY_OFFSET(DirtyOut, ptr, 0);
DIRTY_OFFSET(DirtyOut, len, 8);
DIRTY_OFFSET(DirtyOut, release, 16);
DIRTY_OFFSET(DirtyOut, ctx, 24);
DIRTY_SIZE(DirtyOut, 32);

DIRTY_OFFSET(DirtyRequest, struct_size, 0);
DIRTY_OFFSET(DirtyRequest, flags, 4);
DIRTY_OFFSET(DirtyRequest, id, 8);
DIRTY_OFFSET(DirtyRequest, deadline_ns, 16);
DIRTY_OFFSET(DirtyRequest, action, 24);
DIRTY_OFFSET(DirtyRequest, args, 40);
DIRTY_OFFSET(DirtyRequest, kwargs, 56);
DIRTY_OFFSET(DirtyRequest, attachments, 72);
DIRTY_OFFSET(DirtyRequest, attachment_count, 80);
DIRTY_OFFSET(DirtyRequest, reserved, 84);
DIRTY_SIZE(DirtyRequest, 88);

DIRTY_OFFSET(DirtyHost, struct_size, 0);
DIRTY_OFFSET(DirtyHost, abi_major, 4);
DIRTY_OFFSET(DirtyHost, abi_minor, 6);
DIRTY_OFFSET(DirtyHost, ctx, 8);
DIRTY_OFFSET(DirtyHost, poll, 16);
DIRTY_OFFSET(DirtyHost, emit, 24);
DIRTY_OFFSET(DirtyHost, finish, 32);
DIRTY_OFFSET(DirtyHost, alloc, 40);
DIRTY_OFFSET(DirtyHost, log, 48);
DIRTY_OFFSET(DirtyHost, extension, 56);
DIRTY_SIZE(DirtyHost, 64);

DIRTY_OFFSET(DirtyApp, struct_size, 0);
DIRTY_OFFSET(DirtyApp, abi_minor, 4);
DIRTY_OFFSET(DirtyApp, min_host_minor, 6);
DIRTY_OFFSET(DirtyApp, flags, 8);
DIRTY_OFFSET(DirtyApp, name, 16);
DIRTY_OFFSET(DirtyApp, version, 24);
DIRTY_OFFSET(DirtyApp, manifest, 32);
DIRTY_OFFSET(DirtyApp, open, 40);
DIRTY_OFFSET(DirtyApp, handle, 48);
DIRTY_OFFSET(DirtyApp, close, 56);
DIRTY_OFFSET(DirtyApp, cancel, 64);
DIRTY_OFFSET(DirtyApp, extension, 72);
DIRTY_SIZE(DirtyApp, 80);

#endif
