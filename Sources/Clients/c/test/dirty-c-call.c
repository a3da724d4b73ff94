/*
 * dirty-c-call: a call from the command line by way of the C client; the conformance runner drives it.
 *
 * usage: dirty-c-call [OPTION…] APP ACTION [ARGS]
 *        dirty-c-call --ask QUESTION [APP]
 *        dirty-c-call --batch
 *
 * ARGS is the JSON text of an array. Options: --socket PATH, --stream, --take N (of a stream, then end it),
 * --kwargs JSON, --timeout SECONDS, --affinity KEY, --attach FILE (as often as there are attachments), --save DIR
 * (where attachments of results go). Every outcome is a line of JSON: {"result":…}, {"chunk":…}, {"end":true} or
 * {"error":{…}}, the former two with "attachments":[FILE,…]. SIGUSR1 cancels the call.
 *
 * With --batch each line of stdin is the arguments of a call, tabs between them, all by one client; {"begun":true} says
 * from when on a call can be cancelled.
 */
#define _GNU_SOURCE
#include "../dirty_client.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ATTACHMENTS 64

/* What the running call may be cancelled with; for the signal handler. */
static DirtyClientCanceller *volatile running;

static void handle_signal(int number) {
    (void)number;
    if (running != NULL) dirty_client_cancel(running);
}

_Noreturn static void stop(const char *message, const char *value) {
    fprintf(stderr, "dirty-c-call: %s %s\n", message, value);
    exit(2);
}

/* The bytes of a file; the caller's. */
static DirtyClientBytes read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) stop("can't read", path);
    char *bytes = NULL;
    size_t len = 0, capacity = 0;
    do {
        capacity = capacity * 2 + 65536;
        bytes = realloc(bytes, capacity);
        if (bytes == NULL) stop("no memory for", path);
        len += fread(bytes + len, 1, capacity - len, file);
    } while (len == capacity);
    fclose(file);
    return (DirtyClientBytes){bytes, len};
}

static void print_quoted(const char *words) {
    putchar('"');
    for (; *words != '\0'; words++) {
        unsigned char byte = (unsigned char)*words;
        if (byte == '"' || byte == '\\') putchar('\\');
        if (byte < 0x20) {
            printf("\\u%04x", byte);
        } else {
            putchar(byte);
        }
    }
    putchar('"');
}

/* Prints a value, and saves its attachments in files. */
static void print_value(const char *kind, const DirtyClientResult *result, const char *directory) {
    static unsigned saved;
    printf("{\"%s\":%s,\"attachments\":[", kind, result->json);
    for (size_t i = 0; i < result->attachment_count; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%u", directory == NULL ? "." : directory, saved++);
        FILE *file = fopen(path, "wb");
        if (file == NULL) stop("can't write", path);
        fwrite(result->attachments[i].ptr, 1, result->attachments[i].len, file);
        if (fclose(file) != 0) stop("can't write", path);
        if (i > 0) putchar(',');
        print_quoted(path);
    }
    puts("]}");
}

static void print_error(const DirtyClient *client) {
    static const char *const executed[] = {"no", "maybe", "yes"};
    const DirtyClientError *error = dirty_client_error(client);
    printf("{\"error\":{\"type\":\"%s\",\"code\":%d,", error->type, error->code);
    printf("\"executed\":\"%s\",\"details\":%s,\"message\":", executed[error->executed], error->details);
    print_quoted(error->message);
    puts("}}");
}

static int run_stream(DirtyClient *client, const DirtyClientCall *call, long take, const char *directory) {
    DirtyClientResult chunk;
    DirtyClientStream *stream = dirty_client_stream(client, call);
    int32_t code = stream == NULL ? dirty_client_error(client)->code : DIRTY_CLIENT_CHUNK;
    for (long taken = 0; code == DIRTY_CLIENT_CHUNK && taken != take; taken++) {
        code = dirty_client_stream_next(stream, &chunk);
        if (code != DIRTY_CLIENT_CHUNK) break;
        print_value("chunk", &chunk, directory);
        dirty_client_result_free(&chunk);
    }
    if (code < 0) {
        print_error(client);
    } else {
        puts("{\"end\":true}");
    }
    dirty_client_stream_free(stream);
    return code < 0 ? 1 : 0;
}

/* Makes the call that the arguments tell of. Returns the exit code. */
static int run(DirtyClient **client, int argc, char **argv, bool is_batch) {
    DirtyClientOptions options = {0};
    DirtyClientBytes attachments[MAX_ATTACHMENTS];
    DirtyClientCall call = {.attachments = attachments};
    const char *question = NULL, *directory = NULL;
    bool streams = false;
    long take = -1;
    int next = 0;
    for (; next < argc && strncmp(argv[next], "--", 2) == 0; next++) {
        const char *name = argv[next] + 2;
        if (strcmp(name, "stream") == 0) {
            streams = true;
            continue;
        }
        if (++next == argc) stop("a value is missing after", argv[next - 1]);
        const char *value = argv[next];
        if (strcmp(name, "socket") == 0) options.socket_path = value;
        else if (strcmp(name, "kwargs") == 0) call.kwargs = value;
        else if (strcmp(name, "affinity") == 0) call.affinity = value;
        else if (strcmp(name, "timeout") == 0) call.timeout = strtod(value, NULL);
        else if (strcmp(name, "take") == 0) take = strtol(value, NULL, 10);
        else if (strcmp(name, "save") == 0) directory = value;
        else if (strcmp(name, "ask") == 0) question = value;
        else if (strcmp(name, "attach") != 0) stop("there is no option", argv[next - 1]);
        else if (call.attachment_count == MAX_ATTACHMENTS) stop("too many attachments; the first too many is", value);
        else attachments[call.attachment_count++] = read_file(value);
    }
    if (*client == NULL) *client = dirty_client_new(&options);
    if (*client == NULL) stop("no memory for", "a client");
    if (question == NULL && argc - next != 2 && argc - next != 3) stop("wanted", "APP ACTION [ARGS]");
    int status = 0;
    DirtyClientResult result;
    DirtyClientCanceller *canceller = dirty_client_canceller_new();
    call.canceller = running = canceller;
    if (is_batch) puts("{\"begun\":true}");
    fflush(stdout);
    call.app = next < argc ? argv[next] : NULL;
    call.action = next + 1 < argc ? argv[next + 1] : NULL;
    call.args = next + 2 < argc ? argv[next + 2] : NULL;
    if (question == NULL && streams) {
        status = run_stream(*client, &call, take, directory);
    } else {
        int32_t code = question != NULL ? dirty_client_ask(*client, question, call.app, &result)
                                        : dirty_client_call(*client, &call, &result);
        if (code == DIRTY_CLIENT_OK) {
            print_value("result", &result, directory);
            dirty_client_result_free(&result);
        } else {
            print_error(*client);
            status = 1;
        }
    }
    fflush(stdout);
    running = NULL;
    dirty_client_canceller_free(canceller);
    for (size_t i = 0; i < call.attachment_count; i++) free((void *)attachments[i].ptr);
    return status;
}

static int run_batch(DirtyClient **client) {
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t len; (len = getline(&line, &capacity, stdin)) > 0;) {
        if (line[len - 1] == '\n') line[len - 1] = '\0';
        char *argv[2 * MAX_ATTACHMENTS + 32], *rest = line;
        int argc = 0, room = sizeof argv / sizeof *argv;
        while (rest != NULL && argc < room) argv[argc++] = strsep(&rest, "\t");
        run(client, argc, argv, true);
    }
    free(line);
    return 0;
}

int main(int argc, char **argv) {
    struct sigaction action = {.sa_handler = handle_signal, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    DirtyClient *client = NULL;
    bool is_batch = argc == 2 && strcmp(argv[1], "--batch") == 0;
    int status = is_batch ? run_batch(&client) : run(&client, argc - 1, argv + 1, false);
    dirty_client_free(client);
    return status;
}
