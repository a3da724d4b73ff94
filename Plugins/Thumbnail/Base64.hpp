// Bytes written as text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace thumbnail {

/// Decodes base64 (RFC 4648, padded). Returns false, and leaves anything in `into`, if it is none.
bool decode_base64(std::string_view text, std::vector<uint8_t> &into);

}  // namespace thumbnail
