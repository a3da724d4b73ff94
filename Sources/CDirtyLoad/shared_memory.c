#define _GNU_SOURCE
#include "shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGITS = 10 };

/// Where `text` begins in the frame; `SIZE_MAX` if it isn't there.
static size_t find(const uint8_t *frame, size_t frame_bytes, const char *text) {
    const uint8_t *found = memmem(frame, frame_bytes, text, strlen(text));
    return found == NULL ? SIZE_MAX : (size_t)(found - frame);
}

int shared_memory_places(const uint8_t *frame, size_t frame_bytes, SharedPlaces *places) {
    places->attachment_fd = find(frame, frame_bytes, "1000000001");
    places->attachment_inode = find(frame, frame_bytes, "1000000002");
    places->area_fd = find(frame, frame_bytes, "1000000003");
    places->area_inode = find(frame, frame_bytes, "1000000004");
    int is_missing = places->attachment_fd == SIZE_MAX || places->attachment_inode == SIZE_MAX || places->area_fd == SIZE_MAX
        || places->area_inode == SIZE_MAX;
    return is_missing ? -1 : 0;
}

/// Moves all of the bytes, one way or the other.
static int move(SharedMemory *memory, int file, int writes) {
    for (size_t done = 0; done < memory->count;) {
        size_t rest = memory->count - done;
        ssize_t count = writes ? pwrite(file, memory->bytes + done, rest, (off_t)done) : pread(file, memory->bytes + done, rest, (off_t)done);
        if (count < 0 && errno == EINTR) continue;
        if (count == 0) errno = EIO;
        if (count <= 0) return -1;
        done += (size_t)count;
    }
    return 0;
}

/// A file in memory of so many bytes; -1 with errno set if there is none.
static int make(const char *name, size_t count) {
    int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file >= 0 && ftruncate(file, (off_t)count) != 0) {
        close(file);
        return -1;
    }
    return file;
}

static int make_attachment(SharedMemory *memory) {
    memory->attachment = make("dirty-load-attachment", memory->count);
    if (memory->attachment < 0 || move(memory, memory->attachment, 1) != 0) return -1;
    return fcntl(memory->attachment, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
}

int shared_memory_make(SharedMemory *memory, size_t count, int copies) {
    *memory = (SharedMemory){.attachment = -1, .area = -1, .count = count, .bytes = malloc(count)};
    if (memory->bytes == NULL) return -1;
    memset(memory->bytes, 'a', count);
    memory->area = make("dirty-load-area", count);
    // Filled, as it is after the first answer: a file gets its pages when they are written.
    if (memory->area < 0 || move(memory, memory->area, 1) != 0) return -1;
    if (fcntl(memory->area, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0 || make_attachment(memory) != 0) return -1;
    if (copies) return 0;
    free(memory->bytes);
    memory->bytes = NULL;
    return 0;
}

int shared_memory_renew(SharedMemory *memory) {
    if (memory->bytes == NULL) return 0;
    close(memory->attachment);
    return make_attachment(memory);
}

int shared_memory_take(SharedMemory *memory) {
    return memory->bytes == NULL ? 0 : move(memory, memory->area, 0);
}

static void put(uint8_t *frame, size_t place, unsigned long long number) {
    char digits[32];
    // Spaces behind a number are nothing in JSON. The kernel counts these inodes from 1, so that ten digits do.
    snprintf(digits, sizeof digits, "%-10llu", number);
    memcpy(frame + place, digits, DIGITS);
}

static unsigned long long inode(int file) {
    struct stat facts = {0};
    fstat(file, &facts);
    return facts.st_ino;
}

void shared_memory_stamp(const SharedMemory *memory, const SharedPlaces *places, uint8_t *frame) {
    put(frame, places->attachment_fd, (unsigned)memory->attachment);
    put(frame, places->attachment_inode, inode(memory->attachment));
    put(frame, places->area_fd, (unsigned)memory->area);
    put(frame, places->area_inode, inode(memory->area));
}

void shared_memory_free(SharedMemory *memory) {
    if (memory->attachment >= 0) close(memory->attachment);
    if (memory->area >= 0) close(memory->area);
    free(memory->bytes);
}
