#define _GNU_SOURCE
#include "dirty_page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_MAGIC 0x47504C44u /* "DLPG" in memory */
#define PAGE_VERSION 3u
#define LINE_BYTES 64

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/// The page's first line. Written once, by the arbiter, but for the word that the worker writes while it loads apps.
typedef struct {
    uint32_t magic, version, lanes;
    _Atomic uint32_t opening;
    uint8_t pad[LINE_BYTES - 16];
} PageHeader;

/// Calls that a lane has been handed and neither begun nor lost: one that comes next, and perhaps one before it that the
/// arbiter knows to come now and the worker is about to begin.
#define HANDED_CALLS 2

/// A lane's words, alone on their cache line: the worker writes the first, the arbiter the second, and the handed ones
/// are the arbiter's to fill and whoever's is faster to empty.
typedef struct {
    _Atomic uint64_t begun;
    _Atomic uint64_t cancelled;
    _Atomic uint64_t handed[HANDED_CALLS];
    uint8_t pad[LINE_BYTES - 16 - 8 * HANDED_CALLS];
} LaneWords;

enum { TRACE_EMPTY = 0, TRACE_CLAIMED = 1, TRACE_READABLE = 2 };

struct DirtyPageTrace {
    _Atomic uint32_t state;
    int32_t signal;
    int32_t lane;
    _Atomic uint32_t length;
    uint64_t call;
    uint64_t reserved;
    char text[DIRTY_PAGE_TEXT_BYTES];
};

_Static_assert(sizeof(PageHeader) == LINE_BYTES, "the lane words start on their own cache line");
_Static_assert(sizeof(LaneWords) == LINE_BYTES, "a lane's words fill one cache line");
_Static_assert(sizeof(DirtyPageTrace) == 16384, "a trace area is four small pages");

/// This process's view of a page. Its lane count and size can't be changed by whoever scribbles over the page.
struct DirtyPage {
    size_t bytes;
    uint32_t lanes;
    uint16_t lastTicket;
    PageHeader *header;
    LaneWords *words;
    DirtyPageTrace *crash;
    void *memory;
};

size_t dirty_page_size(uint32_t lanes) {
    if (lanes == 0 || lanes > DIRTY_PAGE_MAX_LANES) return 0;
    return sizeof(PageHeader) + (size_t)lanes * sizeof(LaneWords) + sizeof(DirtyPageTrace);
}

/// Gives `fd` its size and header and seals the size. Returns 0 or `-errno`.
static int initialise(int fd, uint32_t lanes) {
    PageHeader header = {.magic = PAGE_MAGIC, .version = PAGE_VERSION, .lanes = lanes};
    if (ftruncate(fd, (off_t)dirty_page_size(lanes)) != 0) return -errno;
    ssize_t written = pwrite(fd, &header, sizeof header, 0);
    if (written != (ssize_t)sizeof header) return written < 0 ? -errno : -EIO;
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) return -errno;
    return 0;
}

int dirty_page_create(uint32_t lanes) {
    if (dirty_page_size(lanes) == 0) return -EINVAL;
    int fd = memfd_create("dirty-page", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    // Kernels before 6.3 don't know the flag; later ones may refuse a memfd without it.
    if (fd < 0 && errno == EINVAL) fd = memfd_create("dirty-page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -errno;
    int result = initialise(fd, lanes);
    if (result != 0) {
        close(fd);
        return result;
    }
    return fd;
}

DirtyPage *dirty_page_map(int fd) {
    struct stat file;
    PageHeader header;
    if (fstat(fd, &file) != 0) return NULL;
    if (pread(fd, &header, sizeof header, 0) != (ssize_t)sizeof header || header.magic != PAGE_MAGIC
        || header.version != PAGE_VERSION || dirty_page_size(header.lanes) == 0
        || file.st_size != (off_t)dirty_page_size(header.lanes)) {
        errno = EPROTO;
        return NULL;
    }
    DirtyPage *page = malloc(sizeof *page);
    if (page == NULL) return NULL;
    page->bytes = dirty_page_size(header.lanes);
    page->lanes = header.lanes;
    page->lastTicket = 0;
    page->memory = mmap(NULL, page->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page->memory == MAP_FAILED) {
        int error = errno;
        free(page);
        errno = error;
        return NULL;
    }
    page->header = page->memory;
    page->words = (LaneWords *)((char *)page->memory + sizeof(PageHeader));
    page->crash = (DirtyPageTrace *)(page->words + page->lanes);
    return page;
}

void dirty_page_unmap(DirtyPage *page) {
    if (page == NULL) return;
    munmap(page->memory, page->bytes);
    free(page);
}

int dirty_page_hide_from_children(DirtyPage *page) {
    return madvise(page->memory, page->bytes, MADV_DONTFORK) == 0 ? 0 : -errno;
}

uint32_t dirty_page_lanes(const DirtyPage *page) {
    return page->lanes;
}

uint64_t dirty_page_begun(const DirtyPage *page, uint32_t lane) {
    return lane < page->lanes ? atomic_load_explicit(&page->words[lane].begun, memory_order_acquire) : 0;
}

void dirty_page_set_begun(DirtyPage *page, uint32_t lane, uint64_t id) {
    if (lane < page->lanes) atomic_store_explicit(&page->words[lane].begun, id, memory_order_release);
}

uint64_t dirty_page_cancelled(const DirtyPage *page, uint32_t lane) {
    return lane < page->lanes ? atomic_load_explicit(&page->words[lane].cancelled, memory_order_acquire) : 0;
}

void dirty_page_set_cancelled(DirtyPage *page, uint32_t lane, uint64_t id, uint32_t why) {
    if (lane >= page->lanes) return;
    atomic_store_explicit(&page->words[lane].cancelled, (uint64_t)why << 56 | id, memory_order_release);
}

/// What stands in a handed word: the call's sequence, without the lane that its id ends with, and the ticket.
static uint64_t handed_word(uint64_t id, uint16_t ticket) {
    return id >> 8 << 16 | ticket;
}

uint16_t dirty_page_hand(DirtyPage *page, uint32_t lane, uint64_t id) {
    if (lane >= page->lanes) return 0;
    if (++page->lastTicket == 0) page->lastTicket = 1;
    _Atomic uint64_t *word = page->words[lane].handed;
    if (atomic_load_explicit(word, memory_order_relaxed) != 0) word++;
    atomic_store_explicit(word, handed_word(id, page->lastTicket), memory_order_release);
    return page->lastTicket;
}

int dirty_page_claim(DirtyPage *page, uint32_t lane, uint64_t id, uint16_t ticket) {
    if (lane >= page->lanes) return 0;
    for (int i = 0; i < HANDED_CALLS; i++) {
        uint64_t expected = handed_word(id, ticket);
        if (atomic_compare_exchange_strong(&page->words[lane].handed[i], &expected, 0)) return 1;
    }
    return 0;
}

int dirty_page_revoke(DirtyPage *page, uint32_t lane, uint64_t id) {
    if (lane >= page->lanes) return 0;
    for (int i = 0; i < HANDED_CALLS; i++) {
        uint64_t found = atomic_load_explicit(&page->words[lane].handed[i], memory_order_acquire);
        if (found != 0 && found >> 16 == id >> 8
            && atomic_compare_exchange_strong(&page->words[lane].handed[i], &found, 0)) {
            return 1;
        }
    }
    return 0;
}

uint32_t dirty_page_opening(const DirtyPage *page) {
    return atomic_load_explicit(&page->header->opening, memory_order_acquire);
}

void dirty_page_set_opening(DirtyPage *page, uint32_t place) {
    atomic_store_explicit(&page->header->opening, place, memory_order_release);
}

DirtyPageTrace *dirty_page_crash_area(DirtyPage *page) {
    return page->crash;
}

/// Whether the facts of `trace` have been stored.
static int readable(const DirtyPageTrace *trace) {
    return atomic_load_explicit(&trace->state, memory_order_acquire) == TRACE_READABLE;
}

const char *dirty_page_crash_text(const DirtyPage *page, size_t *len) {
    *len = 0;
    if (!readable(page->crash)) return NULL;
    size_t length = atomic_load_explicit(&page->crash->length, memory_order_acquire);
    *len = length > DIRTY_PAGE_TEXT_BYTES ? DIRTY_PAGE_TEXT_BYTES : length;
    return page->crash->text;
}

int32_t dirty_page_crash_signal(const DirtyPage *page) {
    return readable(page->crash) ? page->crash->signal : 0;
}

int32_t dirty_page_crash_lane(const DirtyPage *page) {
    return readable(page->crash) ? page->crash->lane : -1;
}

uint64_t dirty_page_crash_call(const DirtyPage *page) {
    return readable(page->crash) ? page->crash->call : 0;
}

int dirty_trace_begin(DirtyPageTrace *trace, int32_t signal, int32_t lane, uint64_t call) {
    uint32_t empty = TRACE_EMPTY;
    if (!atomic_compare_exchange_strong(&trace->state, &empty, TRACE_CLAIMED)) return 0;
    trace->signal = signal;
    trace->lane = lane;
    trace->call = call;
    atomic_store_explicit(&trace->length, 0, memory_order_relaxed);
    atomic_store_explicit(&trace->state, TRACE_READABLE, memory_order_release);
    return 1;
}

void dirty_trace_append(DirtyPageTrace *trace, const char *text, size_t len) {
    size_t length = atomic_load_explicit(&trace->length, memory_order_relaxed);
    if (length >= DIRTY_PAGE_TEXT_BYTES) return;
    if (len > DIRTY_PAGE_TEXT_BYTES - length) len = DIRTY_PAGE_TEXT_BYTES - length;
    memcpy(trace->text + length, text, len);
    atomic_store_explicit(&trace->length, (uint32_t)(length + len), memory_order_release);
}
