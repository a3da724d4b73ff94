#include "Codecs.hpp"

#include <png.h>

#include <cstring>

namespace thumbnail::png {

namespace {

/// libpng's description of a picture, freed with it.
struct Image {
    png_image image;

    Image() {
        std::memset(&image, 0, sizeof image);
        image.version = PNG_IMAGE_VERSION;
    }
    ~Image() { png_image_free(&image); }
    Image(const Image &) = delete;
    Image &operator=(const Image &) = delete;

    void begin(DirtyView bytes) {
        if (png_image_begin_read_from_memory(&image, bytes.ptr, bytes.len) == 0) refuse();
        image.format = PNG_FORMAT_RGBA;
    }
    [[noreturn]] void refuse() const {
        throw dirty::Error(DIRTY_E_INVALID, std::string("the PNG can't be read: ") + image.message,
                           R"({"code":"bad_picture"})");
    }
};

}  // namespace

bool recognises(DirtyView bytes) {
    static constexpr uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    return bytes.len >= sizeof signature && std::memcmp(bytes.ptr, signature, sizeof signature) == 0;
}

Header header(DirtyView bytes) {
    Image png;
    png.begin(bytes);
    return {Format::png, {png.image.width, png.image.height}};
}

void decode(DirtyView bytes, Picture &into) {
    Image png;
    png.begin(bytes);
    into.resize({png.image.width, png.image.height});
    if (png_image_finish_read(&png.image, nullptr, into.bytes.data(), 0, nullptr) == 0) png.refuse();
}

Bytes encode(const Picture &picture) {
    Image png;
    png.image.width = static_cast<png_uint_32>(picture.size.width);
    png.image.height = static_cast<png_uint_32>(picture.size.height);
    png.image.format = PNG_FORMAT_RGBA;
    Bytes bytes(PNG_IMAGE_PNG_SIZE_MAX(png.image));
    png_alloc_size_t length = bytes.size();
    if (png_image_write_to_memory(&png.image, bytes.data(), &length, 0, picture.bytes.data(), 0, nullptr) == 0) {
        throw dirty::Error(DIRTY_E_INTERNAL, std::string("no PNG could be made: ") + png.image.message);
    }
    bytes.resize(length);
    return bytes;
}

}  // namespace thumbnail::png
