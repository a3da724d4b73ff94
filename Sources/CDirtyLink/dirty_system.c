#define _GNU_SOURCE
#include "dirty_system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/// The Swift runtime's own; weak, as a program without that runtime may link this file too.
extern char *swift_demangle(const char *mangled, size_t length, char *output, size_t *capacity, uint32_t flags)
    __attribute__((weak));

int dirty_pipe(int out[2]) {
    return pipe2(out, O_CLOEXEC) == 0 ? 0 : -errno;
}

const char *dirty_signal_name(int signal) {
    return sigabbrev_np(signal);
}

/// Writes all of `bytes` to `fd` and turns back to its start. Returns 0 or `-errno`.
static int fill(int fd, const char *bytes, size_t n) {
    for (size_t written = 0; written < n;) {
        ssize_t count = write(fd, bytes + written, n - written);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count < 0 ? -errno : -EIO;
        written += (size_t)count;
    }
    return lseek(fd, 0, SEEK_SET) == 0 ? 0 : -errno;
}

int dirty_memory_file(const char *name, const void *bytes, size_t n) {
    int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0) return -errno;
    int result = fill(fd, bytes, n);
    if (result == 0) return fd;
    close(fd);
    return result;
}

size_t dirty_count_lines(const void *bytes, size_t n, size_t *end) {
    const char *start = bytes, *at = start, *limit = start + n;
    size_t lines = 0;
    *end = 0;
    while (at < limit && (at = memchr(at, '\n', (size_t)(limit - at))) != NULL) {
        lines++;
        *end = (size_t)(++at - start);
    }
    return lines;
}

char *dirty_demangle(const char *symbol, size_t n) {
    return swift_demangle != NULL ? swift_demangle(symbol, n, NULL, NULL, 0) : NULL;
}

int dirty_memory_create(const char *name) {
    // The seal keeps it from being run as a program, not from being mapped as code.
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    // Kernels before 6.3 don't know the flag; later ones may refuse memory without it.
    if (fd < 0 && errno == EINVAL) fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd < 0 ? -errno : fd;
}

int dirty_memory_fix_size(int fd, size_t n) {
    if (ftruncate(fd, (off_t)n) != 0) return -errno;
    return fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0 ? 0 : -errno;
}

int dirty_memory_seal(int fd) {
    int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    return fcntl(fd, F_ADD_SEALS, seals) == 0 ? 0 : -errno;
}

void dirty_prefer_huge_pages(void *memory, size_t n) {
    const uintptr_t page = 2u << 20;
    uintptr_t start = ((uintptr_t)memory + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)memory + n) / page * page;
    // Where the kernel is set to do without them, this fails, and ordinary pages do.
    if (n >= 2 * page && end > start) madvise((void *)start, end - start, MADV_HUGEPAGE);
}
