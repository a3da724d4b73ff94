/// The page that one worker and the arbiter share: which call each lane has begun, which it may begin, which call is
/// cancelled, and what a dying worker has to say.
///
/// The page is a memfd of fixed, sealed size, mapped by both processes. Words that both sides touch are atomic.
/// A worker runs code that may scribble over anything, so a reader keeps its own copy of the lane count and sizes,
/// and trusts no length it finds in the page.
///
/// Every function may be called on any thread. Those that can fail return `-errno`, or NULL with `errno` set.
#ifndef DIRTY_PAGE_H
#define DIRTY_PAGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Lanes a worker can have: a call's id on the link names its lane in eight bits.
#define DIRTY_PAGE_MAX_LANES 250u

/// Bytes of text a trace area holds.
#define DIRTY_PAGE_TEXT_BYTES 16352u

/// `why` of a cancelled word: the client, or who asked for it, no longer wants the answer.
#define DIRTY_PAGE_WHY_CANCELLED 1u

/// `why` of a cancelled word: the call's deadline has passed.
#define DIRTY_PAGE_WHY_DEADLINE 2u

/// A page mapped into this process. Opaque; made by `dirty_page_map`.
typedef struct DirtyPage DirtyPage;

/// The area that text about a crashed thread is written to.
typedef struct DirtyPageTrace DirtyPageTrace;

/// Bytes of a page for `lanes` lanes; 0 if `lanes` is 0 or above `DIRTY_PAGE_MAX_LANES`.
size_t dirty_page_size(uint32_t lanes);

/// Makes an initialised page for `lanes` lanes, its size sealed. Returns a close-on-exec descriptor that the caller
/// owns, or `-errno` (`-EINVAL` for a lane count that is out of range).
int dirty_page_create(uint32_t lanes);

/// Maps the page behind `fd`, which stays the caller's. Checks magic, version, lane count and size. Returns NULL with
/// `errno` set on failure (`EPROTO`: not a page of ours). The caller owns the result and ends it with
/// `dirty_page_unmap`.
DirtyPage *dirty_page_map(int fd);

/// Unmaps `page` and frees it. NULL is allowed.
void dirty_page_unmap(DirtyPage *page);

/// Keeps the page out of every child that `fork` makes from now on. Returns 0 or `-errno`.
int dirty_page_hide_from_children(DirtyPage *page);

/// Lanes of `page`.
uint32_t dirty_page_lanes(const DirtyPage *page);

/// The id of the call that `lane` has begun last; 0 if none, or if there is no such lane.
uint64_t dirty_page_begun(const DirtyPage *page, uint32_t lane);

/// Says that `lane` begins call `id`. Stored before `handle` is called. No effect if there is no such lane.
void dirty_page_set_begun(DirtyPage *page, uint32_t lane, uint64_t id);

/// The cancelled word of `lane`: `why << 56 | id`; 0 if none, or if there is no such lane.
uint64_t dirty_page_cancelled(const DirtyPage *page, uint32_t lane);

/// Says that call `id` on `lane` is cancelled, for `why` (`DIRTY_PAGE_WHY_…`). No effect if there is no such lane.
void dirty_page_set_cancelled(DirtyPage *page, uint32_t lane, uint64_t id, uint32_t why);

/// Lets `lane` begin call `id` once it has ended the one it has. Stored by the arbiter before the call is sent. Returns
/// the ticket that is sent with it, never 0: the same call may be handed to the same lane again. 0 and no effect
/// if there is no such lane.
uint16_t dirty_page_hand(DirtyPage *page, uint32_t lane, uint64_t id);

/// Claims call `id` for the worker, right before it begins. Returns 1 if it may begin, and 0 if the arbiter has taken
/// it back: the lane forgets it then.
int dirty_page_claim(DirtyPage *page, uint32_t lane, uint64_t id, uint16_t ticket);

/// Takes call `id` back from `lane`. Returns 1 if the lane will not begin it, and 0 if it has, or is about to.
int dirty_page_revoke(DirtyPage *page, uint32_t lane, uint64_t id);

/// The place, counted from 1, of the app that the worker loads or opens right now; 0 if it does neither. A dead or stuck
/// worker's word names the app to blame; any number may stand there.
uint32_t dirty_page_opening(const DirtyPage *page);

/// Says that the worker begins to load or open the app at `place`, counted from 1; 0 when it has opened all.
void dirty_page_set_opening(DirtyPage *page, uint32_t place);

/// Text of the crash handler, or NULL if there is none. `*len` gets its length, never above `DIRTY_PAGE_TEXT_BYTES`.
/// Not NUL-terminated; borrowed until the page is unmapped; it may be cut anywhere and hold any bytes.
const char *dirty_page_crash_text(const DirtyPage *page, size_t *len);

/// The signal the worker crashed with; 0 if the crash handler hasn't run.
int32_t dirty_page_crash_signal(const DirtyPage *page);

/// The lane whose thread crashed; -1 if none has, or if it was no lane's thread.
int32_t dirty_page_crash_lane(const DirtyPage *page);

/// The call that the crashed thread was running; 0 if none.
uint64_t dirty_page_crash_call(const DirtyPage *page);

/// The area the worker's crash handler writes to.
DirtyPageTrace *dirty_page_crash_area(DirtyPage *page);

/// Claims an empty area for the calling thread and stores the facts. Returns 1 if claimed, 0 if it was taken already.
/// Async-signal-safe.
int dirty_trace_begin(DirtyPageTrace *trace, int32_t signal, int32_t lane, uint64_t call);

/// Appends text to an area the caller has claimed, cutting it where the area ends. Async-signal-safe.
void dirty_trace_append(DirtyPageTrace *trace, const char *text, size_t len);

#ifdef __cplusplus
}
#endif

#endif
