// What a call was given.
#pragma once

#include "dirty_app.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace thumbnail {

/// The members of `json` as JSON text; none if it is no object. The host has checked that it is JSON.
std::map<std::string, std::string_view> members(std::string_view json);

/// `json`, a value called `name`, as a whole number from `least` to `most`; `otherwise` if it is empty or null.
size_t whole_number(const std::string &name, std::string_view json, size_t otherwise, size_t least, size_t most);

/// The arguments of one call, by position or by name. Every function throws an error that names the argument, what is
/// taken, and what came.
class Arguments {
public:
    /// - Parameter names: The action's parameters, in order.
    Arguments(const dirty::Call &call, const std::vector<std::string> &names);

    /// An attachment, or bytes in base64; they live as long as this does.
    DirtyView bytes(const std::string &name);
    /// A whole number; `otherwise` if it isn't given, or null.
    size_t number(const std::string &name, size_t otherwise, size_t least, size_t most) const;
    /// A string; empty if it isn't given, or null.
    std::string text(const std::string &name) const;

private:
    std::string_view json(const std::string &name) const;

    const dirty::Call &call;
    std::map<std::string, std::string_view> values;
    std::vector<uint8_t> decoded;
};

}  // namespace thumbnail
