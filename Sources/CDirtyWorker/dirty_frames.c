#define _GNU_SOURCE
#include "dirty_frames.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

void dirty_frames_prepare(void) {
    void *frames[4];
    backtrace(frames, 4);
}

void *dirty_frames_interrupted(const void *ucontext) {
    const ucontext_t *context = ucontext;
#if defined(__x86_64__)
    return (void *)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (void *)context->uc_mcontext.pc;
#else
    (void)context;
    return NULL;
#endif
}

/// Writes `value` in `base`, with at least `digits` digits.
static void write_number(DirtyTextSink sink, void *context, uintptr_t value, unsigned base, int digits) {
    char text[24];
    int at = sizeof text;
    while (value != 0 || digits > 0) {
        text[--at] = "0123456789abcdef"[value % base];
        value /= base;
        digits--;
    }
    sink(context, text + at, sizeof text - (size_t)at);
}

static void write_text(DirtyTextSink sink, void *context, const char *text) {
    sink(context, text, strlen(text));
}

/// Writes "name + 12 (libX.so + 0x1234)", as far as it is known.
static void write_place(DirtyTextSink sink, void *context, uintptr_t address, uintptr_t looked_up) {
    Dl_info info;
    if (dladdr((void *)looked_up, &info) == 0 || info.dli_fname == NULL) {
        write_text(sink, context, "??");
        return;
    }
    if (info.dli_sname != NULL) {
        write_text(sink, context, info.dli_sname);
        write_text(sink, context, " + ");
        write_number(sink, context, address - (uintptr_t)info.dli_saddr, 10, 1);
    } else {
        write_text(sink, context, "??");
    }
    const char *slash = strrchr(info.dli_fname, '/');
    write_text(sink, context, " (");
    write_text(sink, context, slash != NULL ? slash + 1 : info.dli_fname);
    write_text(sink, context, " + 0x");
    write_number(sink, context, address - (uintptr_t)info.dli_fbase, 16, 1);
    write_text(sink, context, ")");
}

/// Where the file begins in memory that holds `address`; NULL if none does.
static const void *base_of(const void *address) {
    Dl_info info;
    return dladdr(address, &info) != 0 ? info.dli_fbase : NULL;
}

/// How many frames are left without those at the end that are the same in every trace: the worker's own, and where the C
/// library starts threads. All of them, if there are no others.
static int without_tail(void *const *frames, int first, int count) {
    const void *worker = base_of((const void *)dirty_frames_prepare);
    const void *library = base_of((const void *)abort);
    int last = count;
    while (last > first) {
        const void *base = base_of(frames[last - 1]);
        if (base != worker && base != library) return last;
        last--;
    }
    return count;
}

void dirty_frames_write(void *const *frames, int count, void *interrupted, DirtyTextSink sink, void *context) {
    int first = 0;
    while (first < count && frames[first] != interrupted) first++;
    if (first == count) first = 0;
    count = without_tail(frames, first, count);
    for (int i = first; i < count; i++) {
        uintptr_t address = (uintptr_t)frames[i];
        write_text(sink, context, "#");
        write_number(sink, context, (uintptr_t)(i - first), 10, 1);
        write_text(sink, context, " 0x");
        write_number(sink, context, address, 16, 12);
        write_text(sink, context, " ");
        // A return address may be the first of the next function, where a call ends its own.
        write_place(sink, context, address, frames[i] == interrupted ? address : address - 1);
        write_text(sink, context, "\n");
    }
}
