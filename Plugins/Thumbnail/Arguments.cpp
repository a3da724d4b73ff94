#include "Arguments.hpp"

#include "Base64.hpp"

#include <cmath>
#include <cstdlib>
#include <optional>

namespace thumbnail {

namespace {

/// Walks over JSON text that is known to be right; at its end it stays where it is.
class Walk {
public:
    explicit Walk(std::string_view text) : text(text) { skip_space(); }

    bool is_at(char c) const { return at < text.size() && text[at] == c; }
    bool is_at_end() const { return at >= text.size(); }
    void skip() {
        at++;
        skip_space();
    }
    /// The value that begins here, moving behind it.
    std::string_view value() {
        const size_t start = at;
        size_t depth = 0;
        bool is_string = false;
        for (; !is_at_end(); at++) {
            const char c = text[at];
            if (is_string) {
                if (c == '\\') at++;
                else if (c == '"') is_string = false;
            } else if (c == '"') {
                is_string = true;
            } else if (c == '[' || c == '{') {
                depth++;
            } else if (depth > 0 && (c == ']' || c == '}')) {
                depth--;
            } else if (depth == 0 && std::string_view(",:]} \t\r\n").find(c) != std::string_view::npos) {
                break;
            }
        }
        const std::string_view found = text.substr(start, at - start);
        skip_space();
        return found;
    }

private:
    void skip_space() {
        while (!is_at_end() && std::string_view(" \t\r\n").find(text[at]) != std::string_view::npos) at++;
    }

    std::string_view text;
    size_t at = 0;
};

/// What a JSON string says; nothing if it isn't one. Of escapes only those of one character are known: no name or
/// format needs another.
std::optional<std::string> string(std::string_view json) {
    if (json.size() < 2 || json.front() != '"') return std::nullopt;
    std::string found;
    for (size_t i = 1; i + 1 < json.size(); i++) {
        if (json[i] == '\\') i++;
        found += json[i];
    }
    return found;
}

/// The elements of a JSON array.
std::vector<std::string_view> elements(std::string_view array) {
    std::vector<std::string_view> found;
    for (Walk walk(array); walk.is_at('[') || walk.is_at(',');) {
        walk.skip();
        if (!walk.is_at(']')) found.push_back(walk.value());
    }
    return found;
}

[[noreturn]] void refuse(const std::string &message) {
    throw dirty::Error(DIRTY_E_INVALID, message, R"({"code":"wrong_argument"})");
}

/// A value as an error shows it: not more of it than can be read.
std::string shown(std::string_view json) {
    constexpr size_t longest = 40;
    return json.size() <= longest ? std::string(json) : "a value of " + std::to_string(json.size()) + " bytes";
}

}  // namespace

std::map<std::string, std::string_view> members(std::string_view json) {
    std::map<std::string, std::string_view> found;
    for (Walk walk(json); walk.is_at('{') || walk.is_at(',');) {
        walk.skip();
        if (walk.is_at('}')) break;
        const auto name = string(walk.value());
        walk.skip();
        found[name.value_or("")] = walk.value();
    }
    return found;
}

size_t whole_number(const std::string &name, std::string_view json, size_t otherwise, size_t least, size_t most) {
    if (json.empty() || json == "null") return otherwise;
    const std::string text(json);
    char *end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (*end != '\0' || std::floor(number) != number || number < static_cast<double>(least) ||
        number > static_cast<double>(most)) {
        const std::string range = std::to_string(least) + " to " + std::to_string(most);
        refuse(name + " must be a whole number from " + range + ", got " + shown(json));
    }
    return static_cast<size_t>(number);
}

Arguments::Arguments(const dirty::Call &call, const std::vector<std::string> &names) : call(call) {
    std::string takes = std::string(call.action()) + " takes";
    for (const auto &name : names) takes += " " + name;
    const auto positional = elements(call.args());
    if (positional.size() > names.size()) refuse(takes + "; got " + std::to_string(positional.size()) + " arguments");
    for (size_t i = 0; i < positional.size(); i++) values[names[i]] = positional[i];
    for (const auto &[name, value] : members(call.kwargs())) {
        bool is_known = false;
        for (const auto &known : names) is_known = is_known || known == name;
        if (!is_known) refuse(takes + "; there is no " + name);
        if (!values.emplace(name, value).second) refuse(name + " was given twice");
    }
}

std::string_view Arguments::json(const std::string &name) const {
    const auto found = values.find(name);
    return found == values.end() ? std::string_view() : found->second;
}

DirtyView Arguments::bytes(const std::string &name) {
    const std::string_view given = json(name);
    const auto parts = members(given);
    if (parts.size() == 1) {
        const auto &[key, value] = *parts.begin();
        if (key == "$attachment" && call.request.attachment_count > 0) {
            const size_t last = call.request.attachment_count - 1;
            return call.attachment(whole_number("the attachment's number", value, 0, 0, last));
        }
        if (key == "$base64" && decode_base64(string(value).value_or("?"), decoded)) {
            return {decoded.data(), decoded.size()};
        }
    }
    refuse(name + R"( must be bytes: an attachment {"$attachment":0}, or {"$base64":"…"}; got )" +
           (given.empty() ? "nothing" : shown(given)));
}

size_t Arguments::number(const std::string &name, size_t otherwise, size_t least, size_t most) const {
    return whole_number(name, json(name), otherwise, least, most);
}

std::string Arguments::text(const std::string &name) const {
    const std::string_view given = json(name);
    if (given.empty() || given == "null") return {};
    const auto found = string(given);
    if (!found) refuse(name + " must be a string, got " + shown(given));
    return *found;
}

}  // namespace thumbnail
