/* A host that does what a script says. */
#define _GNU_SOURCE
#include "checks.h"

#include <pthread.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct Script {
    const Step *steps;
    size_t count;
    char directory[32], socket[48];
    int listener, stop;
    pthread_t thread;
};

static bool read_all(int fd, unsigned char *bytes, size_t count) {
    for (ssize_t got; count > 0; bytes += got, count -= (size_t)got) {
        got = read(fd, bytes, count);
        if (got <= 0) return false;
    }
    return true;
}

static void read_frame(int fd, const char *wanted, size_t more) {
    unsigned char header[4];
    CHECK(read_all(fd, header, 4), "no frame came where one with %s was wanted", wanted);
    size_t len = (size_t)header[0] << 24 | (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
    char *text = calloc(1, len + 1);
    CHECK(text != NULL && read_all(fd, (unsigned char *)text, len), "a frame was cut short");
    CHECK(strstr(text, wanted) != NULL, "the frame %s lacks %s", text, wanted);
    free(text);
    char *bytes = malloc(more + 1);
    CHECK(bytes != NULL && read_all(fd, (unsigned char *)bytes, more), "what follows a frame was cut short");
    free(bytes);
}

static void send_bytes(int fd, const void *bytes, size_t len) {
    /* A client may be content, and gone, before the nothing that follows. */
    CHECK(len == 0 || send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len, "the client takes no more");
}

static void *run(void *context) {
    Script *script = context;
    int connection = -1;
    for (size_t i = 0; i < script->count; i++) {
        const Step *step = &script->steps[i];
        size_t len = step->text == NULL ? 0 : strlen(step->text);
        unsigned char header[] = {0, 0, (unsigned char)(len >> 8), (unsigned char)len};
        switch (step->kind) {
        case STEP_ACCEPT:
            connection = accept4(script->listener, NULL, NULL, SOCK_CLOEXEC);
            CHECK(connection >= 0, "no connection");
            break;
        case STEP_READ:
            read_frame(connection, step->text, step->raw_len);
            break;
        case STEP_SEND:
            send_bytes(connection, header, 4);
            send_bytes(connection, step->text, len);
            send_bytes(connection, step->raw, step->raw_len);
            break;
        case STEP_SEND_RAW:
            send_bytes(connection, step->raw, step->raw_len);
            break;
        case STEP_CLOSE:
            close(connection);
            connection = -1;
            break;
        case STEP_CANCEL:
            dirty_client_cancel(step->canceller);
            break;
        case STEP_HOLD:
            poll(&(struct pollfd){.fd = script->stop, .events = POLLIN}, 1, -1);
            break;
        }
    }
    if (connection >= 0) close(connection);
    return NULL;
}

Script *script_start(const Step *steps, size_t count) {
    Script *script = calloc(1, sizeof *script);
    CHECK(script != NULL, "no memory");
    script->steps = steps;
    script->count = count;
    strcpy(script->directory, "/tmp/dirty-c-XXXXXX");
    CHECK(mkdtemp(script->directory) != NULL, "no directory");
    snprintf(script->socket, sizeof script->socket, "%s/dirty.sock", script->directory);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, script->socket);
    script->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(script->listener, (struct sockaddr *)&address, sizeof address) == 0, "no socket");
    CHECK(listen(script->listener, 16) == 0, "no listening");
    script->stop = eventfd(0, EFD_CLOEXEC);
    CHECK(pthread_create(&script->thread, NULL, run, script) == 0, "no thread");
    return script;
}

const char *script_socket(const Script *script) {
    return script->socket;
}

void script_end(Script *script) {
    eventfd_write(script->stop, 1);
    pthread_join(script->thread, NULL);
    close(script->listener);
    close(script->stop);
    unlink(script->socket);
    rmdir(script->directory);
    free(script);
}
