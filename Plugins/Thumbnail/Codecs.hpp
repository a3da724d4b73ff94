// JPEG and PNG, in and out of Picture.
#pragma once

#include "Picture.hpp"
#include "dirty_app.hpp"

#include <string>

namespace thumbnail {

/// A picture's file format.
enum class Format { jpeg, png };

/// The format's name, as calls write it.
const char *name(Format format);

/// What a header says of a picture, before anything is decoded.
struct Header {
    Format format;
    /// As it is stored; sideways for some orientations.
    Size size;
    /// 1 to 8, as Exif counts; 1 is upright.
    int orientation = 1;

    /// As it is to be seen.
    Size upright() const { return orientation >= 5 ? size.turned() : size; }
};

/// Encoded bytes.
using Bytes = std::vector<uint8_t>;

/// The JPEG codec, its tables and its memory kept from picture to picture. One thread at a time.
class Jpeg {
public:
    Jpeg();
    ~Jpeg();
    Jpeg(const Jpeg &) = delete;
    Jpeg &operator=(const Jpeg &) = delete;

    static bool recognises(DirtyView bytes);
    Header header(DirtyView bytes);

    /// Decodes, at once made smaller as far as the format allows, but not below `enough`.
    /// Returns what is odd about the file, or nothing.
    std::string decode(DirtyView bytes, Size enough, Picture &into);

    /// Encodes a picture without transparency.
    Bytes encode(const Picture &picture, int quality) const;

private:
    [[noreturn]] void refuse();

    void *decoder, *encoder;
};

/// The PNG codec.
namespace png {

bool recognises(DirtyView bytes);
Header header(DirtyView bytes);
void decode(DirtyView bytes, Picture &into);
Bytes encode(const Picture &picture);

}  // namespace png

}  // namespace thumbnail
