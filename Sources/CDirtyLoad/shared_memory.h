/// The memory that a connection of the generator shares with the host.
#ifndef DIRTY_LOAD_SHARED_MEMORY_H
#define DIRTY_LOAD_SHARED_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/// A sealed file in memory for the attachment of requests, and one that answers are written to.
typedef struct SharedMemory {
    int attachment, area;
    /// What the attachment is filled from, and the answer copied to; NULL if neither is done.
    uint8_t *bytes;
    size_t count;
} SharedMemory;

/// Where the numbers of such memory stand in a frame: ten digits each.
typedef struct SharedPlaces {
    size_t attachment_fd, attachment_inode, area_fd, area_inode;
} SharedPlaces;

/// Finds the places in the frame; returns 0, or -1 if one isn't there.
int shared_memory_places(const uint8_t *frame, size_t frame_bytes, SharedPlaces *places);

/// Makes memory of `count` bytes each way, whose bytes are copied at every call if `copies`; returns 0, or -1 with errno set.
int shared_memory_make(SharedMemory *memory, size_t count, int copies);

/// Makes the attachment of the next request anew; returns 0, or -1 with errno set.
int shared_memory_renew(SharedMemory *memory);

/// Copies the answer out of its area; returns 0, or -1 with errno set.
int shared_memory_take(SharedMemory *memory);

/// Puts the memory's numbers into the frame.
void shared_memory_stamp(const SharedMemory *memory, const SharedPlaces *places, uint8_t *frame);

/// Lets the memory go.
void shared_memory_free(SharedMemory *memory);

#endif
