#include "Base64.hpp"

namespace thumbnail {

namespace {

/// What a letter stands for; -1 if it is none.
int value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

}  // namespace

bool decode_base64(std::string_view text, std::vector<uint8_t> &into) {
    into.clear();
    if (text.size() % 4 != 0) return false;
    into.reserve(text.size() / 4 * 3);
    for (size_t i = 0; i < text.size(); i += 4) {
        const bool is_last = i + 4 == text.size();
        const size_t padding = is_last && text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0;
        uint32_t bits = 0;
        for (size_t k = 0; k < 4; k++) {
            const int letter = k >= 4 - padding ? 0 : value(text[i + k]);
            if (letter < 0) return false;
            bits = bits << 6 | static_cast<uint32_t>(letter);
        }
        for (size_t k = 0; k < 3 - padding; k++) into.push_back(static_cast<uint8_t>(bits >> (16 - 8 * k)));
    }
    return true;
}

}  // namespace thumbnail
