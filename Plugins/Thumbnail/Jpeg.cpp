#include "Codecs.hpp"
#include "Exif.hpp"

#include <turbojpeg.h>

#include <new>

namespace thumbnail {

const char *name(Format format) { return format == Format::jpeg ? "jpeg" : "png"; }

Jpeg::Jpeg() : decoder(tjInitDecompress()), encoder(tjInitCompress()) {
    if (decoder != nullptr && encoder != nullptr) return;
    tjDestroy(decoder);
    tjDestroy(encoder);
    throw std::bad_alloc();
}

Jpeg::~Jpeg() {
    tjDestroy(decoder);
    tjDestroy(encoder);
}

/// Says what the decoder has failed at, and makes a new one: this one was left amid the picture, and would fail at the
/// next.
void Jpeg::refuse() {
    const std::string message = std::string("the JPEG can't be read: ") + tjGetErrorStr2(decoder);
    tjDestroy(decoder);
    decoder = tjInitDecompress();
    throw dirty::Error(DIRTY_E_INVALID, message, R"({"code":"bad_picture"})");
}

bool Jpeg::recognises(DirtyView bytes) {
    return bytes.len >= 3 && bytes.ptr[0] == 0xFF && bytes.ptr[1] == 0xD8 && bytes.ptr[2] == 0xFF;
}

Header Jpeg::header(DirtyView bytes) {
    int width = 0, height = 0, sampling = 0, colours = 0;
    if (tjDecompressHeader3(decoder, bytes.ptr, bytes.len, &width, &height, &sampling, &colours) != 0) refuse();
    if (colours == TJCS_CMYK || colours == TJCS_YCCK) {
        throw dirty::Error(DIRTY_E_UNSUPPORTED, "a JPEG in CMYK, for print; only those in RGB and grey are taken",
                           R"({"code":"unsupported_picture"})");
    }
    return {Format::jpeg, {static_cast<size_t>(width), static_cast<size_t>(height)}, exif_orientation(bytes)};
}

std::string Jpeg::decode(DirtyView bytes, Size enough, Picture &into) {
    const Size full = header(bytes).size;
    Size best = full;
    int count = 0;
    const tjscalingfactor *factors = tjGetScalingFactors(&count);
    for (int i = 0; i < count; i++) {
        const Size scaled = {static_cast<size_t>(TJSCALED(static_cast<int>(full.width), factors[i])),
                             static_cast<size_t>(TJSCALED(static_cast<int>(full.height), factors[i]))};
        const bool suffices = scaled.width >= enough.width && scaled.height >= enough.height;
        if (suffices && scaled.pixels() < best.pixels()) best = scaled;
    }
    into.resize(best);
    // Without a limit, a small file of thousands of scans takes minutes.
    const int status = tjDecompress2(decoder, bytes.ptr, bytes.len, into.bytes.data(), static_cast<int>(best.width), 0,
                                     static_cast<int>(best.height), TJPF_RGBA, TJFLAG_LIMITSCANS);
    if (status == 0) return {};
    if (tjGetErrorCode(decoder) == TJERR_FATAL) refuse();
    return tjGetErrorStr2(decoder);
}

Bytes Jpeg::encode(const Picture &picture, int quality) const {
    const int width = static_cast<int>(picture.size.width), height = static_cast<int>(picture.size.height);
    Bytes bytes(tjBufSize(width, height, TJSAMP_420));
    unsigned char *start = bytes.data();
    unsigned long length = bytes.size();
    const int status = tjCompress2(encoder, picture.bytes.data(), width, 0, height, TJPF_RGBA, &start, &length,
                                   TJSAMP_420, quality, TJFLAG_NOREALLOC);
    if (status != 0) {
        throw dirty::Error(DIRTY_E_INTERNAL, std::string("no JPEG could be made: ") + tjGetErrorStr2(encoder));
    }
    bytes.resize(length);
    return bytes;
}

}  // namespace thumbnail
