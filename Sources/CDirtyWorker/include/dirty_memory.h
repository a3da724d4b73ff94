/// Memory that a client shares: files in memory (memfd_create(2)) that its process has open.
#ifndef DIRTY_MEMORY_H
#define DIRTY_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Why a file can't be used, as a negative result.
typedef enum DirtyMemoryFault {
    /// The descriptor can't be opened; errno says why.
    DIRTY_MEMORY_NOT_OPENED = -1,
    /// It is open, and no file in memory.
    DIRTY_MEMORY_NOT_MEMORY = -2,
    /// It is a file in memory other than the one that is meant.
    DIRTY_MEMORY_OTHER_FILE = -3,
    /// It could still be shortened, or be changed while it is read.
    DIRTY_MEMORY_NOT_SEALED = -4,
    /// It is sealed against the writing that is wanted.
    DIRTY_MEMORY_READ_ONLY = -5,
    /// It ends before the piece does.
    DIRTY_MEMORY_TOO_SHORT = -6,
    /// It can't be mapped; errno says why.
    DIRTY_MEMORY_NOT_MAPPED = -7,
} DirtyMemoryFault;

/// Opens the file in memory that process `owner` has open as `descriptor`, whose inode must be `inode`.
///
/// To be read, it must be sealed so that it never changes again; to be written (`writes`), so that it never gets shorter.
/// It must have `end` bytes at least. Returns a descriptor that is closed at exec, or a DirtyMemoryFault.
int dirty_memory_open(pid_t owner, int descriptor, uint64_t inode, int writes, uint64_t end);

/// A mapping: `bytes` of it were asked for, and begin at `address`; the whole of it is `whole_bytes` from `whole` on.
typedef struct DirtyMapping {
    const uint8_t *address;
    void *whole;
    size_t whole_bytes;
} DirtyMapping;

/// Maps `n` bytes of the file from `offset` on to be read; returns 0 or a DirtyMemoryFault. 0 bytes need no mapping.
int dirty_memory_map(int file, uint64_t offset, size_t n, DirtyMapping *mapping);

/// Ends a mapping.
void dirty_memory_unmap(const DirtyMapping *mapping);

/// Writes `n` bytes into the file from `offset` on; returns 0 or -errno.
int dirty_memory_write(int file, uint64_t offset, const void *bytes, size_t n);

#endif
