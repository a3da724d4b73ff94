// A decoded picture, and what is done to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace thumbnail {

/// Width and height in pixels.
struct Size {
    size_t width = 0, height = 0;

    size_t pixels() const { return width * height; }
    Size turned() const { return {height, width}; }
};

/// Pixels, row by row: red, green, blue and alpha, a byte each, alpha not multiplied in.
struct Picture {
    Size size;
    std::vector<uint8_t> bytes;

    static constexpr size_t channels = 4;

    /// Makes room for a picture of that size; what is in it then is anything.
    void resize(Size to) {
        size = to;
        bytes.resize(to.pixels() * channels);
    }
    uint8_t *row(size_t y) { return bytes.data() + y * size.width * channels; }
    const uint8_t *row(size_t y) const { return bytes.data() + y * size.width * channels; }
};

/// The largest size of the same shape that fits into `box`; never larger than `size`, and at least one pixel each way.
Size fit(Size size, Size box);

/// Writes `from` to `into` at a smaller size: each pixel the mean of those it covers, weighted by their alpha.
void shrink(const Picture &from, Size to, Picture &into);

/// Lays the picture onto white, for formats without transparency.
void flatten(Picture &picture);

/// Turns and mirrors `from` into `into` as an Exif orientation, 1 to 8, says that it is to be seen.
void turn(const Picture &from, int orientation, Picture &into);

/// A picture to try things on: coloured bands under a transparent disc.
void paint(Size size, Picture &into);

}  // namespace thumbnail
