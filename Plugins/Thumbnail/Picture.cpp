#include "Picture.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace thumbnail {

namespace {

/// How much of source pixel `index` lies between `start` and `end`.
double cover(size_t index, double start, double end) {
    return std::min(index + 1.0, end) - std::max(static_cast<double>(index), start);
}

/// The first source pixel of destination pixel `index`, and where its share begins.
double edge(size_t index, size_t from, size_t to) {
    return static_cast<double>(index) * static_cast<double>(from) / static_cast<double>(to);
}

/// Adds a source row, of weight `weight`, to the sums of a destination row.
void add_row(const uint8_t *row, size_t width, size_t to, double weight, std::vector<double> &sums) {
    for (size_t x = 0; x < to; x++) {
        const double start = edge(x, width, to), end = edge(x + 1, width, to);
        double *sum = &sums[x * Picture::channels];
        for (size_t source = static_cast<size_t>(start); source < width && source < end; source++) {
            const uint8_t *pixel = row + source * Picture::channels;
            const double alpha = weight * cover(source, start, end) * pixel[3];
            for (size_t channel = 0; channel < 3; channel++) sum[channel] += alpha * pixel[channel];
            sum[3] += alpha;
        }
    }
}

uint8_t rounded(double value) { return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L)); }

}  // namespace

Size fit(Size size, Size box) {
    const double scale = std::min({1.0, static_cast<double>(box.width) / static_cast<double>(size.width),
                                   static_cast<double>(box.height) / static_cast<double>(size.height)});
    const auto scaled = [scale](size_t side) {
        return std::max<size_t>(1, static_cast<size_t>(std::lround(static_cast<double>(side) * scale)));
    };
    return {scaled(size.width), scaled(size.height)};
}

void shrink(const Picture &from, Size to, Picture &into) {
    into.resize(to);
    if (to.width == from.size.width && to.height == from.size.height) {
        into.bytes = from.bytes;
        return;
    }
    const double area = static_cast<double>(from.size.pixels()) / static_cast<double>(to.pixels());
    std::vector<double> sums;
    for (size_t y = 0; y < to.height; y++) {
        const double start = edge(y, from.size.height, to.height), end = edge(y + 1, from.size.height, to.height);
        sums.assign(to.width * Picture::channels, 0);
        for (size_t source = static_cast<size_t>(start); source < from.size.height && source < end; source++) {
            add_row(from.row(source), from.size.width, to.width, cover(source, start, end), sums);
        }
        uint8_t *out = into.row(y);
        for (size_t x = 0; x < to.width; x++, out += Picture::channels) {
            const double *sum = &sums[x * Picture::channels];
            const double alpha = sum[3] > 0 ? sum[3] : 1;
            for (size_t channel = 0; channel < 3; channel++) out[channel] = rounded(sum[channel] / alpha);
            out[3] = rounded(sum[3] / area);
        }
    }
}

void flatten(Picture &picture) {
    for (size_t i = 0; i < picture.bytes.size(); i += Picture::channels) {
        uint8_t *pixel = &picture.bytes[i];
        const int alpha = pixel[3];
        if (alpha == 255) continue;
        for (size_t channel = 0; channel < 3; channel++) {
            pixel[channel] = static_cast<uint8_t>((pixel[channel] * alpha + 255 * (255 - alpha) + 127) / 255);
        }
        pixel[3] = 255;
    }
}

void turn(const Picture &from, int orientation, Picture &into) {
    const bool is_sideways = orientation >= 5;
    into.resize(is_sideways ? from.size.turned() : from.size);
    const size_t right = from.size.width - 1, bottom = from.size.height - 1;
    for (size_t y = 0; y < into.size.height; y++) {
        for (size_t x = 0; x < into.size.width; x++) {
            size_t column = is_sideways ? y : x, row = is_sideways ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) column = right - column;
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) row = bottom - row;
            const uint8_t *pixel = from.row(row) + column * Picture::channels;
            std::memcpy(into.row(y) + x * Picture::channels, pixel, Picture::channels);
        }
    }
}

void paint(Size size, Picture &into) {
    into.resize(size);
    const double radius = static_cast<double>(std::min(size.width, size.height)) / 3;
    for (size_t y = 0; y < size.height; y++) {
        uint8_t *pixel = into.row(y);
        for (size_t x = 0; x < size.width; x++, pixel += Picture::channels) {
            pixel[0] = static_cast<uint8_t>(255 * x / size.width);
            pixel[1] = static_cast<uint8_t>(255 * y / size.height);
            pixel[2] = static_cast<uint8_t>(64 * ((8 * (x + y) / (size.width + size.height)) % 4));
            const double dx = static_cast<double>(x) - static_cast<double>(size.width) / 2;
            const double dy = static_cast<double>(y) - static_cast<double>(size.height) / 2;
            pixel[3] = dx * dx + dy * dy < radius * radius ? 128 : 255;
        }
    }
}

}  // namespace thumbnail
