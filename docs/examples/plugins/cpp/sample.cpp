// Sample: a plugin for Dirty Host in C++17.
//
//     sum(numbers…)    adds numbers: arguments, and errors
//     calls()          how many calls there have been: state that stays
//     count([limit])   streams 0, 1, 2, … up to the limit, or until nobody listens: streams, and cancellation
//     reverse(bytes)   gives bytes back in reverse order: attachments, in and out
#include "dirty_app.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// The elements of `json`, an array of numbers. Throws an error for the caller if it holds anything else.
std::vector<double> numbers(std::string_view json) {
    std::vector<double> found;
    // The host puts a NUL behind every text, so strtod can't run past the end.
    for (const char *at = json.data() + 1;;) {
        while (*at != '\0' && std::string_view(" \t\r\n,").find(*at) != std::string_view::npos) at++;
        if (*at == ']') return found;
        char *end = nullptr;
        found.push_back(std::strtod(at, &end));
        if (end == at) throw dirty::Error(DIRTY_E_INVALID, "only numbers are taken here, not " + std::string(json));
        at = end;
    }
}

/// `number` as JSON.
std::string text(double number) {
    char json[32];
    std::snprintf(json, sizeof json, "%.17g", number);
    return json;
}

/// The one instance in its process. Only one call at a time runs, so that it needs no lock.
class Sample {
public:
    Sample(dirty::Host host, std::string_view) { host.log(DIRTY_LOG_DEBUG, "Sample is ready"); }

    void handle(dirty::Call &call) {
        calls++;
        if (call.action() == "sum") return sum(call);
        if (call.action() == "calls") return call.finish(std::to_string(calls));
        if (call.action() == "count") return count(call);
        if (call.action() == "reverse") return reverse(call);
        throw dirty::Error(DIRTY_E_UNSUPPORTED, "Sample has the actions sum, calls, count and reverse");
    }

private:
    void sum(dirty::Call &call) {
        double total = 0;
        for (const double number : numbers(call.args())) total += number;
        call.finish(text(total));
    }

    void count(dirty::Call &call) {
        const auto limit = numbers(call.args());
        call.begin_stream();
        // `emit` waits while the client reads slowly, and throws once nobody listens.
        for (unsigned long i = 0; limit.empty() || i < limit[0]; i++) call.emit(std::to_string(i));
    }

    void reverse(dirty::Call &call) {
        const DirtyView in = call.attachment(0);
        std::vector<uint8_t> bytes(in.ptr, in.ptr + in.len);
        std::reverse(bytes.begin(), bytes.end());
        call.finish(R"({"$attachment":0})", {dirty::lend(bytes)});
    }

    unsigned long calls = 0;
};

constexpr char manifest[] = R"({"actions":[
    {"name":"sum","doc":"Adds numbers."},
    {"name":"calls","doc":"How many calls there have been."},
    {"name":"count","doc":"Streams 0, 1, 2, … up to a limit, if there is one.","streams":true,
     "parameters":[{"name":"limit","type":"number","required":false}]},
    {"name":"reverse","doc":"Gives bytes back in reverse order.",
     "parameters":[{"name":"bytes","type":"bytes","required":true}]}
]})";

}  // namespace

DIRTY_APP(Sample, "Sample", "0.1.0", manifest)
