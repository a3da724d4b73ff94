// Thumbnail: makes pictures smaller.
//
//   Thumbnail.cpp   the app and its actions
//   Arguments.hpp   what a call was given
//   Base64.hpp      bytes from callers that know no attachments
//   Codecs.hpp      JPEG (libjpeg-turbo) and PNG (libpng)
//   Exif.hpp        which way up a camera held the picture
//   Picture.hpp     pixels: scaling, turning, painting

#include "Arguments.hpp"
#include "Codecs.hpp"
#include "dirty_app.hpp"

namespace thumbnail {

namespace {

/// The longest side that can be asked for.
constexpr size_t longest_side = 8192;
/// How much memory for pixels is kept from call to call.
constexpr size_t kept_bytes = 16 << 20;

/// Bounds against pictures that are made to hurt, from the app's `config`.
struct Limits {
    size_t bytes, pixels;

    explicit Limits(std::string_view config) {
        auto given = members(config);
        bytes = whole_number("max_bytes", given["max_bytes"], 64 << 20, 1, size_t(1) << 32);
        pixels = whole_number("max_pixels", given["max_pixels"], 50'000'000, 1, size_t(1) << 32);
        given.erase("max_bytes");
        given.erase("max_pixels");
        if (given.empty()) return;
        throw std::invalid_argument("config takes max_bytes and max_pixels, not " + given.begin()->first);
    }
};

/// The one instance in its process.
class Thumbnail {
public:
    Thumbnail(dirty::Host host, std::string_view config) : host(host), limits(config) {}

    void handle(dirty::Call &call) {
        if (call.action() == "thumbnail") return make(call);
        if (call.action() == "measure") return measure(call);
        if (call.action() == "paint") return paint(call);
        throw dirty::Error(DIRTY_E_UNSUPPORTED, "Thumbnail has the actions thumbnail, measure and paint",
                           R"({"code":"unknown_action"})");
    }

private:
    void make(dirty::Call &call) {
        Arguments arguments(call, {"image", "max_width", "max_height", "format", "quality"});
        const DirtyView bytes = arguments.bytes("image");
        const Size box = {arguments.number("max_width", 256, 1, longest_side),
                          arguments.number("max_height", 256, 1, longest_side)};
        const int quality = static_cast<int>(arguments.number("quality", 80, 1, 100));
        const Header header = checked(bytes);
        const Format format = chosen(arguments.text("format"), header.format);
        // Scaled as it is stored, then turned: that is less to turn.
        const bool is_sideways = header.orientation >= 5;
        const Size size = fit(header.size, is_sideways ? box.turned() : box);
        decode(bytes, header, size);
        call.check();
        shrink(decoded, size, scaled);
        if (header.orientation > 1) {
            turn(scaled, header.orientation, decoded);
            std::swap(scaled, decoded);
        }
        answer(call, format, quality);
    }

    void measure(dirty::Call &call) {
        Arguments arguments(call, {"image"});
        const Header header = checked(arguments.bytes("image"));
        call.finish("{" + facts(header.format, header.upright()) + "}");
    }

    void paint(dirty::Call &call) {
        const Arguments arguments(call, {"width", "height", "format"});
        const Size size = {arguments.number("width", 640, 1, longest_side),
                           arguments.number("height", 480, 1, longest_side)};
        const Format format = chosen(arguments.text("format"), Format::png);
        check(size);
        thumbnail::paint(size, scaled);
        answer(call, format, 90);
    }

    /// The header of a picture that is within the limits.
    Header checked(DirtyView bytes) {
        if (bytes.len > limits.bytes) too_large(std::to_string(bytes.len) + " bytes", limits.bytes, "max_bytes");
        if (!Jpeg::recognises(bytes) && !png::recognises(bytes)) {
            const std::string message = "these " + std::to_string(bytes.len) + " bytes are neither JPEG nor PNG";
            throw dirty::Error(DIRTY_E_INVALID, message, R"({"code":"bad_picture"})");
        }
        const Header header = Jpeg::recognises(bytes) ? jpeg.header(bytes) : png::header(bytes);
        check(header.size);
        return header;
    }

    void check(Size size) const {
        if (size.pixels() <= limits.pixels) return;
        const std::string sides = std::to_string(size.width) + " x " + std::to_string(size.height);
        too_large(sides + " pixels", limits.pixels, "max_pixels");
    }

    [[noreturn]] static void too_large(const std::string &what, size_t limit, const std::string &setting) {
        const std::string message = "the picture has " + what + "; the app's config allows " + setting + ": ";
        throw dirty::Error(DIRTY_E_TOO_LARGE, message + std::to_string(limit), R"({"code":"too_large"})");
    }

    static Format chosen(const std::string &text, Format otherwise) {
        if (text.empty()) return otherwise;
        if (text == "jpeg" || text == "jpg") return Format::jpeg;
        if (text == "png") return Format::png;
        throw dirty::Error(DIRTY_E_INVALID, "format must be jpeg or png, got " + text, R"({"code":"wrong_argument"})");
    }

    void decode(DirtyView bytes, const Header &header, Size enough) {
        if (header.format == Format::png) return png::decode(bytes, decoded);
        const std::string oddity = jpeg.decode(bytes, enough, decoded);
        if (!oddity.empty()) host.log(DIRTY_LOG_WARNING, "an odd JPEG: " + oddity);
    }

    /// Ends the call with what is in `scaled`.
    void answer(dirty::Call &call, Format format, int quality) {
        if (format == Format::jpeg) flatten(scaled);
        const Bytes bytes = format == Format::jpeg ? jpeg.encode(scaled, quality) : png::encode(scaled);
        call.finish("{" + facts(format, scaled.size) + R"(,"image":{"$attachment":0}})", {dirty::lend(bytes)});
        for (Picture *picture : {&decoded, &scaled}) {
            if (picture->bytes.capacity() > kept_bytes) *picture = Picture();
        }
    }

    static std::string facts(Format format, Size size) {
        const std::string width = std::to_string(size.width), height = std::to_string(size.height);
        return "\"format\":" + dirty::quote(name(format)) + ",\"width\":" + width + ",\"height\":" + height;
    }

    const dirty::Host host;
    const Limits limits;
    Jpeg jpeg;
    /// Kept from call to call, so that their memory is there already.
    Picture decoded, scaled;
};

constexpr char manifest[] = R"({"doc":"Makes pictures smaller.","actions":[
{"name":"thumbnail","doc":"The picture, upright, made to fit into a box; never larger than it was.","parameters":[
{"name":"image","doc":"A JPEG or a PNG.","type":"bytes","required":true},
{"name":"max_width","type":"integer","required":false,"default":256},
{"name":"max_height","type":"integer","required":false,"default":256},
{"name":"format","doc":"jpeg or png; that of the picture if left out.","type":"string or null","required":false},
{"name":"quality","doc":"Of a JPEG, from 1 to 100.","type":"integer","required":false,"default":80}],
"returns":"object of any","streams":false},
{"name":"measure","doc":"Format, width and height, told by the header alone.","parameters":[
{"name":"image","doc":"A JPEG or a PNG.","type":"bytes","required":true}],"returns":"object of any","streams":false},
{"name":"paint","doc":"A picture to try things on.","parameters":[
{"name":"width","type":"integer","required":false,"default":640},
{"name":"height","type":"integer","required":false,"default":480},
{"name":"format","doc":"jpeg or png.","type":"string","required":false,"default":"png"}],
"returns":"object of any","streams":false}]})";

}  // namespace

}  // namespace thumbnail

DIRTY_APP(thumbnail::Thumbnail, "Thumbnail", "1.0.0", thumbnail::manifest)
