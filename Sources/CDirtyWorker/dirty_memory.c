#define _GNU_SOURCE
#include "dirty_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/// Pieces below this size are written, whatever file they go to.
#define WORTH_MAPPING ((size_t)1 << 20)

/// Whether `file` lies in memory. A tmpfs file does too, but has no seals.
static int is_in_memory(int file, const struct stat *facts) {
    struct statfs system;
    if (!S_ISREG(facts->st_mode) || fstatfs(file, &system) != 0) return 0;
    return system.f_type == TMPFS_MAGIC || system.f_type == HUGETLBFS_MAGIC;
}

/// Whether the seals are those needed, or which fault there is.
static int check_seals(int file, int writes) {
    int seals = fcntl(file, F_GET_SEALS);
    int needed = writes ? F_SEAL_SHRINK : F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (seals < 0) return DIRTY_MEMORY_NOT_MEMORY;
    if ((seals & needed) != needed) return DIRTY_MEMORY_NOT_SEALED;
    if (writes && (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0) return DIRTY_MEMORY_READ_ONLY;
    return 0;
}

int dirty_memory_open(pid_t owner, int descriptor, uint64_t inode, int writes, uint64_t end) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)owner, descriptor);
    // As a mere reference first: opening what it turns out to be may wait, or do something to a device.
    int reference = open(path, O_PATH | O_CLOEXEC);
    if (reference < 0) return DIRTY_MEMORY_NOT_OPENED;
    struct stat facts;
    int fault = fstat(reference, &facts) != 0 ? DIRTY_MEMORY_NOT_OPENED : 0;
    if (fault == 0 && !is_in_memory(reference, &facts)) fault = DIRTY_MEMORY_NOT_MEMORY;
    if (fault == 0 && facts.st_ino != inode) fault = DIRTY_MEMORY_OTHER_FILE;
    int file = -1;
    if (fault == 0) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", reference);
        file = open(path, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC);
        if (file < 0) fault = DIRTY_MEMORY_NOT_OPENED;
    }
    int number = errno;
    close(reference);
    if (fault == 0) fault = check_seals(file, writes);
    // Only now that it can't get shorter.
    if (fault == 0 && (fstat(file, &facts) != 0 || (uint64_t)facts.st_size < end)) fault = DIRTY_MEMORY_TOO_SHORT;
    if (fault == 0) return file;
    if (file >= 0) close(file);
    errno = number;
    return fault;
}

/// Maps what lies around a piece on the file's own pages, which may be huge ones.
static int map(int file, uint64_t offset, size_t n, int protection, int flags, DirtyMapping *mapping) {
    struct stat facts;
    if (fstat(file, &facts) != 0) return DIRTY_MEMORY_NOT_MAPPED;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    if ((uint64_t)facts.st_blksize > page && (facts.st_blksize & (facts.st_blksize - 1)) == 0) page = (uint64_t)facts.st_blksize;
    uint64_t start = offset & ~(page - 1);
    size_t bytes = (size_t)((offset + n - start + page - 1) & ~(page - 1));
    void *whole = mmap(NULL, bytes, protection, MAP_SHARED | flags, file, (off_t)start);
    if (whole == MAP_FAILED) return DIRTY_MEMORY_NOT_MAPPED;
    *mapping = (DirtyMapping){.address = (uint8_t *)whole + (offset - start), .whole = whole, .whole_bytes = bytes};
    return 0;
}

int dirty_memory_map(int file, uint64_t offset, size_t n, DirtyMapping *mapping) {
    *mapping = (DirtyMapping){0};
    return n == 0 ? 0 : map(file, offset, n, PROT_READ, 0, mapping);
}

void dirty_memory_unmap(const DirtyMapping *mapping) {
    if (mapping->whole != NULL) munmap(mapping->whole, mapping->whole_bytes);
}

/// Writes by a mapping; returns 0 or -errno.
static int write_mapped(int file, uint64_t offset, const void *bytes, size_t n) {
    DirtyMapping mapping;
    if (map(file, offset, n, PROT_READ | PROT_WRITE, MAP_POPULATE, &mapping) != 0) return -errno;
    memcpy((uint8_t *)mapping.address, bytes, n);
    dirty_memory_unmap(&mapping);
    return 0;
}

/// Whether all pages of the file are there. Mapping those is cheaper than writing to them; pages that a mapping makes are
/// zeroed before they are filled, which costs more.
static int is_whole(int file) {
    struct stat facts;
    return fstat(file, &facts) == 0 && facts.st_blocks >= facts.st_size / 512;
}

int dirty_memory_write(int file, uint64_t offset, const void *bytes, size_t n) {
    if (n >= WORTH_MAPPING && is_whole(file) && write_mapped(file, offset, bytes, n) == 0) return 0;
    const char *from = bytes;
    while (n > 0) {
        ssize_t count = pwrite(file, from, n, (off_t)offset);
        if (count > 0) {
            from += count;
            offset += (uint64_t)count;
            n -= (size_t)count;
        } else if (count < 0 && errno == EINVAL) {
            // Files of huge pages can't be written to but by a mapping.
            return write_mapped(file, offset, from, n);
        } else if (count == 0 || errno != EINTR) {
            return count == 0 ? -ENOSPC : -errno;
        }
    }
    return 0;
}
