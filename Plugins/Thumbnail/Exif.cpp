#include "Exif.hpp"

#include <cstring>

namespace thumbnail {

namespace {

/// Numbers in a TIFF structure, in its byte order; 0 beyond its end.
struct Tiff {
    const uint8_t *bytes;
    size_t count;
    bool is_big_endian;

    uint32_t number(size_t offset, size_t width) const {
        if (offset > count || count - offset < width) return 0;
        uint32_t value = 0;
        for (size_t i = 0; i < width; i++) {
            value = value << 8 | bytes[offset + (is_big_endian ? i : width - 1 - i)];
        }
        return value;
    }
};

/// The orientation in the first directory of a TIFF structure.
int orientation(const Tiff &tiff) {
    constexpr uint32_t tag = 0x0112;
    constexpr size_t entry_bytes = 12;
    const size_t directory = tiff.number(4, 4);
    const size_t entries = tiff.number(directory, 2);
    for (size_t i = 0; i < entries; i++) {
        const size_t entry = directory + 2 + i * entry_bytes;
        if (tiff.number(entry, 2) != tag) continue;
        const uint32_t value = tiff.number(entry + 8, 2);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

}  // namespace

int exif_orientation(DirtyView jpeg) {
    constexpr uint8_t app1 = 0xE1, start_of_scan = 0xDA;
    static constexpr char mark[] = "Exif\0";
    constexpr size_t head_bytes = 4, mark_bytes = sizeof mark;
    // Segments: FF, kind, length with itself, both big-endian; the pictures's own data begin at the first scan.
    for (size_t at = 2; at + head_bytes <= jpeg.len && jpeg.ptr[at] == 0xFF && jpeg.ptr[at + 1] != start_of_scan;) {
        const size_t length = static_cast<size_t>(jpeg.ptr[at + 2]) << 8 | jpeg.ptr[at + 3];
        if (length < 2 || jpeg.len - at - 2 < length) return 1;
        const uint8_t *body = jpeg.ptr + at + head_bytes;
        const size_t body_bytes = length - 2;
        if (jpeg.ptr[at + 1] == app1 && body_bytes > mark_bytes && std::memcmp(body, mark, mark_bytes) == 0) {
            const uint8_t *tiff = body + mark_bytes;
            return orientation({tiff, body_bytes - mark_bytes, tiff[0] == 'M'});
        }
        at += 2 + length;
    }
    return 1;
}

}  // namespace thumbnail
