#include "dirty_app.hpp"

#include <atomic>
#include <thread>

// A whole plugin over dirty_app.hpp: every way in which an action can end.

namespace {

class Throws {
public:
    Throws(dirty::Host host, std::string_view config) : host(host) {
        if (config == "1") throw std::invalid_argument("config must not be 1");
    }
    ~Throws() { host.log(DIRTY_LOG_INFO, "destroyed"); }

    void handle(dirty::Call &call) {
        const auto action = call.action();
        if (action == "error") throw dirty::Error(DIRTY_E_BUSY, "a \"quoted\"\nmessage\x01", R"({"door":3})");
        if (action == "exception") throw std::runtime_error("an ordinary exception");
        if (action == "memory") throw std::bad_alloc();
        if (action == "attachment") call.attachment(7);
        if (action == "poison") throw 7;
        if (action == "deferred") {
            std::thread([reply = call.defer()]() mutable { reply.finish(dirty::quote("later")); }).detach();
        }
        if (action == "dropped") call.defer();
        if (action == "cancelled") {
            host.log(DIRTY_LOG_INFO, "waits for its cancel hook");
            while (!is_cancelled) std::this_thread::yield();
            call.check();
        }
    }

    void cancel(uint64_t, int32_t) noexcept {
        is_cancelled = true;
        host.log(DIRTY_LOG_INFO, "cancel hook called");
    }

private:
    dirty::Host host;
    std::atomic<bool> is_cancelled = false;
};

}  // namespace

DIRTY_APP(Throws, "Throws", "1.0", R"({"actions":[]})", DIRTY_APP_CONCURRENT)
