// The header is C++17 too: a call, a stream and an error.
#include "../dirty_client.h"

#include <cstdio>
#include <memory>
#include <string>

struct Free {
    void operator()(DirtyClient *client) const { dirty_client_free(client); }
    void operator()(DirtyClientStream *stream) const { dirty_client_stream_free(stream); }
};

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    DirtyClientOptions options{};
    options.socket_path = argv[1];
    std::unique_ptr<DirtyClient, Free> client(dirty_client_new(&options));
    DirtyClientCall call{};
    call.app = "echo";
    call.action = "echo";
    call.args = "[\"from C++\"]";
    DirtyClientResult result{};
    if (dirty_client_call(client.get(), &call, &result) != DIRTY_CLIENT_OK) return 1;
    bool is_right = std::string(result.json, result.json_len) == "\"from C++\"";
    dirty_client_result_free(&result);

    call.action = "count_to";
    call.args = "[3]";
    std::unique_ptr<DirtyClientStream, Free> stream(dirty_client_stream(client.get(), &call));
    std::string chunks;
    while (stream && dirty_client_stream_next(stream.get(), &result) == DIRTY_CLIENT_CHUNK) {
        chunks += result.json;
        dirty_client_result_free(&result);
    }
    is_right = is_right && chunks == "123";

    call.app = "nobody";
    is_right = is_right && dirty_client_call(client.get(), &call, &result) == DIRTY_CLIENT_E_APP_NOT_FOUND;
    std::puts(is_right ? "test_cpp: passed" : "test_cpp: FAILED");
    return is_right ? 0 : 1;
}
