/*
 * dirty_app.hpp: plugins for Dirty Host in C++17, over dirty_app.h, which states the contracts behind all this.
 *
 *     class Greeter {
 *     public:
 *         Greeter(dirty::Host host, std::string_view config);  // may throw: the plugin is then not loaded
 *         void handle(dirty::Call &call);                      // may throw: the call then fails
 *         void cancel(uint64_t id, int32_t why) noexcept;      // only if you want it; see DirtyApp.cancel
 *     };
 *     DIRTY_APP(Greeter, "Greeter", "1.0")                     // once, outside all namespaces
 *
 * Each process makes one instance, which is destroyed when the worker ends in good order. No exception leaves it:
 * dirty::Error fails the call with its status, std::bad_alloc with DIRTY_E_NOMEM, any other std::exception with
 * DIRTY_E_INTERNAL and its message; after anything else the process is replaced (DIRTY_E_POISONED).
 */
#ifndef DIRTY_APP_HPP
#define DIRTY_APP_HPP

#include "dirty_app.h"

#include <cstdio>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dirty {

/* `text`, which is UTF-8, as a JSON string with its quotes. */
inline std::string quote(std::string_view text) {
    std::string json = "\"";
    for (const char c : text) {
        char escape[8] = {'\\', c};
        if (static_cast<unsigned char>(c) < 0x20) std::snprintf(escape, sizeof escape, "\\u%04x", c);
        json += c == '"' || c == '\\' || escape[1] != c ? escape : escape + 1;
    }
    return json += '"';
}

/* Throw it to say no: a DIRTY_E_… status, a message for people, and, where wanted, a JSON object for programs. */
struct Error : std::runtime_error {
    Error(int32_t code, const std::string &message, std::string object = {})
        : std::runtime_error(message), status(code), details(std::move(object)) {}
    int32_t status;
    std::string details;
};

/* Attachments of an answer. They, and the bytes that they lend, live until the function they are passed to returns. */
using Attachments = std::vector<DirtyOut>;

/* Lends the bytes of a std::vector<uint8_t>, a std::string or the like as an attachment. */
template <class Container> DirtyOut lend(const Container &bytes) noexcept {
    static_assert(sizeof(*bytes.data()) == 1, "attachments are made of bytes");
    return {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size(), nullptr, nullptr};
}

/* What the host provides. Copies are the same host. Any thread. */
struct Host {
    /* Writes a line to the host's log, at a DIRTY_LOG_… level. */
    void log(int32_t level, std::string_view line) const noexcept {
        table->log(table->ctx, level, line.data(), line.size());
    }
    const DirtyHost *table;
};

/* The duty to answer one call. Any thread, one at a time. One that is destroyed unanswered fails its call. */
class Reply {
public:
    Reply(Host host, uint64_t id) noexcept : host_(host.table), id_(id) {}
    Reply(Reply &&other) noexcept : host_(other.host_), id_(std::exchange(other.id_, 0)) {}
    ~Reply() {
        if (id_ != 0) end(DIRTY_E_INTERNAL, R"({"message":"the plugin dropped the call without an answer"})", {});
    }

    /* The call's id; 0 when it is answered. */
    uint64_t id() const noexcept { return id_; }
    /* Whether nobody waits for the answer any more. Cheap enough for an inner loop. */
    bool is_cancelled() const noexcept { return host_->poll(host_->ctx, id_) != DIRTY_OK; }
    /* Throws if nobody waits for the answer any more; let it out of `handle`. */
    void check() const { require(host_->poll(host_->ctx, id_)); }
    /* Says that the answer is a stream, even if no chunk comes. */
    void begin_stream() const { require(host_->emit(host_->ctx, id_, DIRTY_EMIT_BEGIN, nullptr, 0, nullptr, 0)); }
    /* Sends a chunk of a stream; waits while the caller reads slowly. Throws if nobody wants it any more. */
    void emit(std::string_view json, const Attachments &attachments = {}) const {
        require(host_->emit(host_->ctx, id_, DIRTY_EMIT_CHUNK, json.data(), json.size(), attachments.data(),
                            static_cast<uint32_t>(attachments.size())));
    }
    /* Ends the call with a result, or the stream with a last chunk; without text, with null or the stream's end. */
    void finish(std::string_view json = {}, const Attachments &attachments = {}) noexcept {
        end(DIRTY_OK, json, attachments);
    }
    /* Ends the call with an error. */
    void fail(const Error &error) {
        std::string json = "{\"message\":" + quote(error.what());
        if (!error.details.empty()) json += ",\"details\":" + error.details;
        end(error.status, json + "}", {});
    }

protected:
    void end(int32_t status, std::string_view json, const Attachments &attachments) noexcept {
        const auto count = static_cast<uint32_t>(attachments.size());
        host_->finish(host_->ctx, std::exchange(id_, 0), status, json.data(), json.size(), attachments.data(), count);
    }
    static void require(int32_t status) {
        const bool refused = status != DIRTY_E_CANCELLED && status != DIRTY_E_DEADLINE && status != DIRTY_E_GONE;
        if (status != DIRTY_OK) throw Error(status, refused ? "the host refused a chunk" : "nobody waits any more");
    }

    const DirtyHost *host_;
    uint64_t id_;
};

/* A call while `handle` runs. Returning without an answer ends its stream, or answers null. */
class Call : public Reply {
public:
    Call(Host host, const DirtyRequest &asked) noexcept : Reply(host, asked.id), request(asked) {}
    ~Call() { id_ = 0; }

    /* What is asked for. */
    std::string_view action() const noexcept { return text(request.action); }
    /* Positional arguments: a JSON array. */
    std::string_view args() const noexcept { return text(request.args); }
    /* Named arguments: a JSON object. */
    std::string_view kwargs() const noexcept { return text(request.kwargs); }
    /* Attachment `index`, as the JSON names it by {"$attachment":index}. Throws if there is none. */
    DirtyView attachment(size_t index) const {
        if (index < request.attachment_count) return request.attachments[index];
        throw Error(DIRTY_E_INVALID, "the call has no attachment " + std::to_string(index));
    }
    /* Takes the duty to answer along, to another thread or a later time: `handle` then returns DIRTY_PENDING. */
    Reply defer() noexcept { return is_deferred = true, std::move(static_cast<Reply &>(*this)); }

    const DirtyRequest &request;
    bool is_deferred = false;

private:
    static std::string_view text(DirtyView v) noexcept { return {reinterpret_cast<const char *>(v.ptr), v.len}; }
};

/* The functions of the table, between the host and an `App`. */
template <class App> struct Boundary {
    Boundary(const DirtyHost *table, std::string_view config) : host{table}, app(host, config) {}

    static int32_t open(const DirtyHost *h, const char *config, size_t n, void **app, char *err, size_t cap) noexcept {
        try {
            return *app = new Boundary(h, {config, n}), DIRTY_OK;
        } catch (const std::exception &error) {
            return std::snprintf(err, cap, "%s", error.what()), DIRTY_E_INTERNAL;
        } catch (...) {
            return DIRTY_E_INTERNAL;
        }
    }
    static int32_t handle(void *self, const DirtyRequest *request) noexcept try {
        auto &[host, app] = *static_cast<Boundary *>(self);
        try {
            Call call(host, *request);
            app.handle(call);
            return call.is_deferred ? DIRTY_PENDING : DIRTY_OK;
        } catch (const Error &error) {
            Reply(host, request->id).fail(error);
        } catch (const std::bad_alloc &) {
            return DIRTY_E_NOMEM;
        } catch (const std::exception &error) {
            Reply(host, request->id).fail({DIRTY_E_INTERNAL, error.what()});
        }
        return DIRTY_OK;
    } catch (...) {
        return DIRTY_E_POISONED;
    }
    static void close(void *self) noexcept { delete static_cast<Boundary *>(self); }
    static void cancel(void *self, uint64_t id, int32_t why) noexcept {
        static_cast<Boundary *>(self)->app.cancel(id, why);
    }
    Host host;
    App app;
};

template <class App, class = void> constexpr decltype(DirtyApp::cancel) cancel_of = nullptr;
template <class App>
constexpr decltype(DirtyApp::cancel) cancel_of<App, std::void_t<decltype(&App::cancel)>> = Boundary<App>::cancel;

/* The table of a plugin. */
template <class App>
constexpr DirtyApp table(const char *name, const char *version, const char *manifest = nullptr, uint64_t flags = 0) {
    using Its = Boundary<App>;
    return {sizeof(DirtyApp), DIRTY_ABI_MINOR, 0, flags, name, version, manifest, Its::open, Its::handle, Its::close,
            cancel_of<App>, nullptr};
}

}  // namespace dirty

/* Makes `App` the library's plugin: DIRTY_APP(class, name, version[, manifest as JSON[, DIRTY_APP_… flags]]). */
#define DIRTY_APP(App, ...) \
    static constexpr DirtyApp dirty_app_table = dirty::table<App>(__VA_ARGS__); \
    const DirtyApp *dirty_app_v1(void) { return &dirty_app_table; }
#endif
