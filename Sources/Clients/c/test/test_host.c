/* Real hosts, under load, and while they are taken away. */
#define _GNU_SOURCE
#include "checks.h"

#include <pthread.h>
#include <signal.h>
#include <sched.h>
#include <stdatomic.h>

#define THREADS 8
#define TEN_MEBIBYTES ((size_t)10 << 20)

static DirtyClient *client_of(const Host *host) {
    DirtyClient *client = dirty_client_new(&(DirtyClientOptions){.socket_path = host->socket, .retry_seconds = 20});
    CHECK(client != NULL, "no client");
    return client;
}

static DirtyClientResult must_call(DirtyClient *client, const DirtyClientCall *call) {
    DirtyClientResult result;
    int32_t code = dirty_client_call(client, call, &result);
    CHECK(code == DIRTY_CLIENT_OK, "%s", dirty_client_error(client)->message);
    return result;
}

static void ten_mebibytes_go_both_ways(const Host *host) {
    unsigned char *bytes = malloc(TEN_MEBIBYTES);
    CHECK(bytes != NULL, "no memory");
    for (size_t i = 0; i < TEN_MEBIBYTES; i++) bytes[i] = (unsigned char)(i * 31 + (i >> 9));
    const DirtyClientBytes attachments[] = {{bytes, TEN_MEBIBYTES}, {"", 0}, {bytes + 1, 70000}};
    const DirtyClientCall call = {
        .app = "echo",
        .action = "echo",
        .args = "[[{\"$attachment\":0},{\"$attachment\":1},{\"$attachment\":2}]]",
        .attachments = attachments,
        .attachment_count = 3,
    };
    DirtyClient *client = client_of(host);
    for (int round = 0; round < 2; round++) {
        DirtyClientResult result = must_call(client, &call);
        CHECK(result.attachment_count == 3, "%zu", result.attachment_count);
        for (size_t i = 0; i < 3; i++) {
            CHECK(result.attachments[i].len == attachments[i].len, "%zu", result.attachments[i].len);
            CHECK(memcmp(result.attachments[i].ptr, attachments[i].ptr, attachments[i].len) == 0, "other bytes");
        }
        dirty_client_result_free(&result);
    }
    dirty_client_free(client);
    free(bytes);
}

static void a_stream_that_is_left_frees_its_worker_and_calls_go_on_beside_it(const Host *host) {
    DirtyClient *client = client_of(host);
    const DirtyClientCall endless = {.app = "echo", .action = "count_to", .args = "[1000000000]"};
    const DirtyClientCall echo = {.app = "echo", .action = "echo", .args = "[\"beside\"]"};
    /* More of them than workers: each must have freed its own. */
    for (int round = 0; round < 5; round++) {
        DirtyClientStream *stream = dirty_client_stream(client, &endless);
        CHECK(stream != NULL, "%s", dirty_client_error(client)->message);
        for (long wanted = 1; wanted <= 100; wanted++) {
            DirtyClientResult chunk;
            CHECK(dirty_client_stream_next(stream, &chunk) == DIRTY_CLIENT_CHUNK, "no chunk");
            CHECK(strtol(chunk.json, NULL, 10) == wanted, "%s", chunk.json);
            dirty_client_result_free(&chunk);
            if (wanted != 50) continue;
            DirtyClientResult result = must_call(client, &echo);
            CHECK(strcmp(result.json, "\"beside\"") == 0, "%s", result.json);
            dirty_client_result_free(&result);
        }
        dirty_client_stream_free(stream);
    }
    dirty_client_free(client);
}

static void *cancel_soon(void *canceller) {
    dirty_client_cancel(canceller);
    return NULL;
}

static void a_stream_without_end_heeds_its_canceller(const Host *host) {
    DirtyClient *client = client_of(host);
    DirtyClientCanceller *canceller = dirty_client_canceller_new();
    const DirtyClientCall endless = {
        .app = "echo", .action = "count_to", .args = "[1000000000]", .canceller = canceller};
    DirtyClientStream *stream = dirty_client_stream(client, &endless);
    CHECK(stream != NULL, "%s", dirty_client_error(client)->message);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, cancel_soon, canceller) == 0, "no thread");
    int32_t code;
    for (DirtyClientResult chunk; (code = dirty_client_stream_next(stream, &chunk)) == DIRTY_CLIENT_CHUNK;) {
        dirty_client_result_free(&chunk);
    }
    CHECK_ERROR(client, DIRTY_CLIENT_E_CANCELLED, DIRTY_CLIENT_MAYBE_EXECUTED);
    CHECK(code == DIRTY_CLIENT_E_CANCELLED, "%d", code);
    pthread_join(thread, NULL);
    dirty_client_stream_free(stream);
    dirty_client_canceller_free(canceller);
    dirty_client_free(client);
}

/* Calls that go on until told to stop; every answer is checked. */
typedef struct {
    const Host *host;
    atomic_bool stopped;
    atomic_long answered;
    atomic_long worker_errors, connection_errors;
} Load;

static void *make_calls(void *context) {
    Load *load = context;
    DirtyClient *client = client_of(load->host);
    for (long round = 0; !atomic_load(&load->stopped); round++) {
        char args[64];
        snprintf(args, sizeof args, "[[%ld,\"%p\"]]", round, (void *)client);
        const DirtyClientCall call = {.app = "echo", .action = "echo", .args = args};
        DirtyClientResult result;
        int32_t code = dirty_client_call(client, &call, &result);
        if (code == DIRTY_CLIENT_OK) {
            CHECK(result.json_len == strlen(args) - 2, "%s for %s", result.json, args);
            CHECK(strncmp(result.json, args + 1, result.json_len) == 0, "%s for %s", result.json, args);
            dirty_client_result_free(&result);
            atomic_fetch_add(&load->answered, 1);
        } else if (code == DIRTY_CLIENT_E_WORKER) {
            CHECK_ERROR(client, DIRTY_CLIENT_E_WORKER, DIRTY_CLIENT_MAYBE_EXECUTED);
            CHECK(strstr(dirty_client_error(client)->details, "\"signal\":9") != NULL, "other details");
            atomic_fetch_add(&load->worker_errors, 1);
        } else {
            /* What is known not to have run has been tried again. */
            CHECK_ERROR(client, DIRTY_CLIENT_E_CONNECTION, DIRTY_CLIENT_MAYBE_EXECUTED);
            atomic_fetch_add(&load->connection_errors, 1);
        }
    }
    dirty_client_free(client);
    return NULL;
}

static void load_start(Load *load, const Host *host, pthread_t threads[THREADS]) {
    *load = (Load){.host = host};
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, make_calls, load) == 0, "no thread");
}

/* Waits until so many more calls have been answered. */
static void load_more(Load *load, long count) {
    for (long goal = atomic_load(&load->answered) + count; atomic_load(&load->answered) < goal;) sched_yield();
}

static void load_stop(Load *load, pthread_t threads[THREADS]) {
    atomic_store(&load->stopped, true);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

static void a_worker_killed_under_load_fails_only_what_it_had_begun(const Host *host) {
    Load load;
    pthread_t threads[THREADS];
    load_start(&load, host, threads);
    DirtyClient *client = client_of(host);
    for (int round = 0; round < 3; round++) {
        load_more(&load, 300);
        const DirtyClientCall call = {.app = "counter", .action = "pid"};
        DirtyClientResult result = must_call(client, &call);
        kill((pid_t)strtol(result.json, NULL, 10), SIGKILL);
        dirty_client_result_free(&result);
    }
    load_more(&load, 300);
    load_stop(&load, threads);
    CHECK(atomic_load(&load.worker_errors) <= 3, "%ld calls failed for 3 workers", atomic_load(&load.worker_errors));
    CHECK(atomic_load(&load.connection_errors) == 0, "%ld lost connections", atomic_load(&load.connection_errors));
    dirty_client_free(client);
}

static void a_host_killed_under_load_and_started_again_is_found_by_the_same_clients(Host *host) {
    Load load;
    pthread_t threads[THREADS];
    load_start(&load, host, threads);
    for (int round = 0; round < 2; round++) {
        load_more(&load, 300);
        host_kill(host);
        host_start(host);
    }
    load_more(&load, 300);
    load_stop(&load, threads);
    CHECK(atomic_load(&load.connection_errors) <= 2 * THREADS, "%ld", atomic_load(&load.connection_errors));
}

int main(void) {
    Host host = {0};
    host_start(&host);
    ten_mebibytes_go_both_ways(&host);
    a_stream_that_is_left_frees_its_worker_and_calls_go_on_beside_it(&host);
    a_stream_without_end_heeds_its_canceller(&host);
    a_worker_killed_under_load_fails_only_what_it_had_begun(&host);
    a_host_killed_under_load_and_started_again_is_found_by_the_same_clients(&host);
    host_kill(&host);
    host_remove(&host);
    puts("test_host: passed");
    return 0;
}
