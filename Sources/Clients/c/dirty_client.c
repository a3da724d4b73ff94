/*
 * dirty_client.c: see dirty_client.h.
 *
 *   Memory      strings that grow
 *   Errors      what dirty_client_error tells
 *   JSON        a scanner that finds where values are, and reads the few that we need
 *   Waiting     deadlines, cancellers
 *   Connections sockets, and what is known of a call when one is lost
 *   Replies     frames, taken apart
 *   Requests    frames, put together
 *   Attempts    sending, first reply, retries
 *   The API
 */
#define _GNU_SOURCE
#include "dirty_client.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* The longest frame there can be, whatever a host is told: below 1 GiB. */
#define MAX_FRAME_BYTES ((1u << 30) - 1)
#define NEVER INT64_MAX
#define SECOND INT64_C(1000000000)
/* How much longer than its timeout a call waits for the host to say that it has passed. */
#define TIMEOUT_SLACK (2 * SECOND)
/* How long the host may take for a question about itself. */
#define QUESTION_TIMEOUT (10 * SECOND)
/* How long a cancelled call waits for the host to say whether it had begun. */
#define CANCEL_SLACK SECOND

/* ---- Memory --------------------------------------------------------------------------------------------------- */

/* A string that grows. Once there was no memory it stays NULL, and whoever ends up with it notices. */
typedef struct {
    char *text;
    size_t len, capacity;
    bool failed;
} Text;

static void text_add(Text *text, const char *bytes, size_t len) {
    if (text->failed) return;
    if (len >= text->capacity - text->len) {
        size_t capacity = (text->len + len + 1) * 2;
        char *grown = realloc(text->text, capacity);
        if (grown == NULL) {
            free(text->text);
            *text = (Text){.failed = true};
            return;
        }
        text->text = grown;
        text->capacity = capacity;
    }
    memcpy(text->text + text->len, bytes, len);
    text->len += len;
    text->text[text->len] = '\0';
}

static void text_put(Text *text, const char *words) {
    text_add(text, words, strlen(words));
}

__attribute__((format(printf, 2, 3))) static void text_format(Text *text, const char *format, ...) {
    char words[512];
    va_list list;
    va_start(list, format);
    vsnprintf(words, sizeof words, format, list);
    va_end(list);
    text_put(text, words);
}

/* A JSON string with these words. */
static void text_quote(Text *text, const char *words) {
    text_put(text, "\"");
    for (; *words != '\0'; words++) {
        unsigned char byte = (unsigned char)*words;
        if (byte < 0x20) {
            text_format(text, "\\u%04x", byte);
        } else {
            if (byte == '"' || byte == '\\') text_put(text, "\\");
            text_add(text, words, 1);
        }
    }
    text_put(text, "\"");
}

/* ---- Errors --------------------------------------------------------------------------------------------------- */

static const struct {
    int32_t code;
    const char *type;
} kinds[] = {
    {DIRTY_CLIENT_E_TIMEOUT, "DirtyTimeoutError"},
    {DIRTY_CLIENT_E_CONNECTION, "DirtyConnectionError"},
    {DIRTY_CLIENT_E_WORKER, "DirtyWorkerError"},
    {DIRTY_CLIENT_E_APP, "DirtyAppError"},
    {DIRTY_CLIENT_E_APP_NOT_FOUND, "DirtyAppNotFoundError"},
    {DIRTY_CLIENT_E_NO_WORKERS, "DirtyNoWorkersAvailableError"},
    {DIRTY_CLIENT_E_OVERLOADED, "DirtyOverloadedError"},
    {DIRTY_CLIENT_E_CANCELLED, "DirtyCancelledError"},
    {DIRTY_CLIENT_E_QUARANTINED, "DirtyQuarantinedError"},
    {DIRTY_CLIENT_E_PROTOCOL, "DirtyProtocolError"},
    {DIRTY_CLIENT_E_ARGUMENTS, "DirtyArgumentsError"},
    {DIRTY_CLIENT_E_NO_MEMORY, "DirtyNoMemoryError"},
};

/* An error, and the texts it points to. */
typedef struct {
    DirtyClientError error;
    Text type, message, details;
} Failure;

/* Begins a new error: the texts are empty, and the old ones' memory is used again. */
static Failure *failure_begin(Failure *failure, int32_t code, int32_t executed) {
    Text *texts[] = {&failure->type, &failure->message, &failure->details};
    for (size_t i = 0; i < 3; i++) {
        texts[i]->len = 0;
        texts[i]->failed = false;
    }
    failure->error = (DirtyClientError){.code = code, .executed = executed, .retry_after = -1};
    return failure;
}

/* Shows the texts to whoever asks for the error; returns its code. */
static int32_t failure_end(Failure *failure) {
    DirtyClientError *error = &failure->error;
    const char *name = "DirtyError";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].code == error->code) name = kinds[i].type;
    }
    error->type = failure->type.len > 0 ? failure->type.text : name;
    error->message = failure->message.len > 0 ? failure->message.text : "there is no memory for the message";
    error->details = failure->details.len > 0 ? failure->details.text : "{}";
    return error->code;
}

/* Makes an error of our own; returns its code. */
__attribute__((format(printf, 4, 5))) static int32_t
fail(Failure *failure, int32_t code, int32_t executed, const char *format, ...) {
    char words[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(words, sizeof words, format, list);
    va_end(list);
    text_put(&failure_begin(failure, code, executed)->message, words);
    return failure_end(failure);
}

static int32_t fail_memory(Failure *failure, int32_t executed) {
    return fail(failure, DIRTY_CLIENT_E_NO_MEMORY, executed, "there is no memory for the call");
}

/* ---- JSON ----------------------------------------------------------------------------------------------------- */

/* A part of a JSON text; ptr is NULL if there is no such part. */
typedef struct {
    const char *ptr;
    size_t len;
} Span;

/* Goes over a JSON text; `next` is NULL once something was wrong.
   It looks no closer than it takes to tell where a value ends, as the host checks every byte that it gets and gives. */
typedef struct {
    const char *next, *end;
} Scanner;

static Scanner scanner(Span text) {
    return (Scanner){text.ptr, text.ptr + text.len};
}

static char peek(const Scanner *scan) {
    return scan->next != NULL && scan->next < scan->end ? *scan->next : '\0';
}

static void skip_space(Scanner *scan) {
    while (peek(scan) != '\0' && strchr(" \t\n\r", peek(scan)) != NULL) scan->next++;
}

/* Goes past this character, if it comes next. */
static bool skip(Scanner *scan, char wanted) {
    skip_space(scan);
    if (peek(scan) != wanted) return false;
    scan->next++;
    return true;
}

/* Goes past a string. */
static void skip_string(Scanner *scan) {
    scan->next++;
    while (peek(scan) != '"' && peek(scan) != '\0') scan->next += *scan->next == '\\' ? 2 : 1;
    scan->next = peek(scan) == '"' ? scan->next + 1 : NULL;
}

/* Goes past a value of any kind; returns it without the space around it. */
static Span take_value(Scanner *scan) {
    skip_space(scan);
    const char *start = scan->next;
    size_t depth = 0;
    do {
        char character = peek(scan);
        if (character == '"') {
            skip_string(scan);
        } else if (character == '[' || character == '{') {
            depth++;
            scan->next++;
        } else if (depth > 0 && (character == ']' || character == '}')) {
            depth--;
            scan->next++;
        } else if (depth > 0 && character != '\0') {
            scan->next++;
        } else {
            /* A number or a word, up to what can't be in one. */
            const char *word = scan->next;
            while (peek(scan) != '\0' && strchr(",:]} \t\n\r", peek(scan)) == NULL) scan->next++;
            if (depth > 0 || word == scan->next) scan->next = NULL;
        }
    } while (depth > 0 && scan->next != NULL);
    return scan->next == NULL ? (Span){NULL, 0} : (Span){start, (size_t)(scan->next - start)};
}

/* A member that is looked for, and where its value goes. */
typedef struct {
    const char *name;
    Span *value;
} Member;

/* Finds members of the object that the text is; false if it is none. */
static bool read_object(Span text, const Member *members, size_t count) {
    Scanner scan = scanner(text);
    bool is_object = skip(&scan, '{');
    if (!is_object || skip(&scan, '}')) return is_object;
    do {
        Span name = take_value(&scan);
        is_object = name.ptr != NULL && *name.ptr == '"' && skip(&scan, ':');
        Span value = is_object ? take_value(&scan) : name;
        for (size_t i = 0; i < count && value.ptr != NULL; i++) {
            size_t len = strlen(members[i].name);
            if (name.len == len + 2 && memcmp(name.ptr + 1, members[i].name, len) == 0) *members[i].value = value;
        }
    } while (is_object && skip(&scan, ','));
    return is_object && skip(&scan, '}');
}

/* Whether the text is one array or object, and not what would pass for members beside it. */
static bool is_container(const char *text, char opening) {
    Scanner scan = scanner((Span){text, strlen(text)});
    Span value = take_value(&scan);
    skip_space(&scan);
    return value.ptr != NULL && *value.ptr == opening && scan.next == scan.end;
}

static bool is_word(Span value, const char *word) {
    return value.ptr != NULL && value.len == strlen(word) && memcmp(value.ptr, word, value.len) == 0;
}

static bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

/* The number that four hexadecimal digits are. */
static unsigned long code_unit(const char *digits) {
    return strtoul((const char[]){digits[0], digits[1], digits[2], digits[3], '\0'}, NULL, 16);
}

static void add_code_point(Text *words, unsigned long point) {
    char bytes[4];
    size_t len = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len; i-- > 1; point >>= 6) bytes[i] = (char)(0x80 | (point & 0x3F));
    bytes[0] = (char)(marks[len] | point);
    text_add(words, bytes, len);
}

/* Adds what a scanned string says; a NUL in it, which a C string can't hold, becomes U+FFFD. */
static void unquote(Text *words, Span string) {
    const char *next = string.ptr + 1, *end = string.ptr + string.len - 1;
    while (next < end) {
        const char *escape = memchr(next, '\\', (size_t)(end - next));
        text_add(words, next, (size_t)((escape == NULL ? end : escape) - next));
        if (escape == NULL) return;
        next = escape + 2;
        static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
        const char *letter = memchr(letters, escape[1], sizeof letters - 1);
        if (escape[1] != 'u' || end - next < 4) {
            text_add(words, letter == NULL ? escape + 1 : &meanings[letter - letters], 1);
            continue;
        }
        unsigned long point = code_unit(next);
        next += 4;
        if (point >= 0xD800 && point < 0xDC00 && end - next >= 6 && next[0] == '\\' && next[1] == 'u') {
            point = 0x10000 + ((point - 0xD800) << 10) + ((code_unit(next + 2) - 0xDC00) & 0x3FF);
            next += 6;
        }
        add_code_point(words, point == 0 ? 0xFFFD : point);
    }
}

/* The integer of 0 or above that a scanned number is; false if it is none. */
static bool read_size(Span number, uint64_t *size) {
    if (number.ptr == NULL || number.len == 0 || number.len > 19) return false;
    *size = 0;
    for (size_t i = 0; i < number.len; i++) {
        if (!is_digit(number.ptr[i])) return false;
        *size = *size * 10 + (uint64_t)(number.ptr[i] - '0');
    }
    return true;
}

/* The seconds that a scanned number is; negative if it is none. Not strtod, which heeds the locale. */
static double read_seconds(Span number) {
    if (number.ptr == NULL || !is_digit(*number.ptr)) return -1;
    double value = 0, place = 0;
    for (size_t i = 0; i < number.len; i++) {
        char character = number.ptr[i];
        /* Only what is tiny, or longer than anybody waits, is written with an exponent. */
        if (character == 'e' || character == 'E') return number.ptr[i + 1] == '-' ? 0 : 1e9;
        if (character == '.') {
            place = 1;
        } else if (place == 0) {
            value = value * 10 + (character - '0');
        } else {
            place /= 10;
            value += place * (character - '0');
        }
    }
    return value;
}

/* ---- Waiting -------------------------------------------------------------------------------------------------- */

struct DirtyClientCanceller {
    /* An eventfd that is readable once cancelled. */
    int fd;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

/* Seconds as nanoseconds; what is beyond 31 years counts as 31 years. */
static int64_t nanoseconds(double seconds) {
    return (int64_t)((seconds > 1e9 ? 1e9 : seconds < -1 ? -1 : seconds) * 1e9);
}

static int64_t later(int64_t instant, int64_t span) {
    return instant > NEVER - span ? NEVER : instant + span;
}

static bool is_cancelled(const DirtyClientCanceller *canceller) {
    struct pollfd waiting = {.fd = canceller == NULL ? -1 : canceller->fd, .events = POLLIN};
    return poll(&waiting, 1, 0) > 0;
}

/* How something on a socket went. */
typedef enum {
    IO_DONE,
    /* The host has closed its end in good order, or takes nothing more. */
    IO_CLOSED,
    /* The host's end was closed with bytes of ours unread: the kernel says so only then. */
    IO_RESET,
    /* Something else: see errno. */
    IO_FAILED,
    IO_TIMED_OUT,
    IO_CANCELLED,
} Outcome;

/* Waits until the socket is ready or has failed. A socket of -1 is never. */
static Outcome wait_for(int fd, short events, int64_t deadline, const DirtyClientCanceller *canceller) {
    for (;;) {
        int64_t left = deadline == NEVER ? NEVER : deadline - now();
        int64_t milliseconds = left <= 0 ? 0 : left / 1000000 + 1;
        struct pollfd waiting[] = {
            {.fd = fd, .events = events},
            {.fd = canceller == NULL ? -1 : canceller->fd, .events = POLLIN},
        };
        int ready = poll(waiting, 2, milliseconds > 1000000000 ? 1000000000 : (int)milliseconds);
        if (ready < 0 && errno != EINTR) return IO_FAILED;
        if (ready > 0) return waiting[1].revents != 0 ? IO_CANCELLED : IO_DONE;
        if (ready == 0 && left <= 0) return IO_TIMED_OUT;
    }
}

/* ---- Connections ---------------------------------------------------------------------------------------------- */

/* A connected socket, and what was read from it ahead. */
typedef struct {
    int fd;
    uint64_t last_id;
    size_t start, end;
    char input[64 * 1024];
} Connection;

static void connection_close(Connection *connection) {
    if (connection == NULL) return;
    close(connection->fd);
    free(connection);
}

/* Whether the host still holds its end and has sent nothing unasked. */
static bool is_idle(const Connection *connection) {
    char byte;
    return connection->start == connection->end &&
           recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/* Connects without ever waiting; adds to `tried` why it didn't. Returns the socket, or -1. */
static int connect_to(const char *path, bool is_named, Text *tried) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *problem = NULL;
    int fd = -1;
    if (strlen(path) >= sizeof address.sun_path) {
        problem = "the path is too long for a socket";
    } else {
        strcpy(address.sun_path, path);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
            problem = errno == ENOENT         ? "no such socket"
                      : errno == ECONNREFUSED ? "nobody listens there any more"
                      : errno == EAGAIN       ? "too many connections wait to be accepted"
                                              : strerror(errno);
        }
    }
    struct ucred peer;
    socklen_t size = sizeof peer;
    /* A path that nobody named may lie in /tmp, where anybody can put a socket. */
    if (problem == NULL && !is_named &&
        (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || (peer.uid != getuid() && peer.uid != 0))) {
        problem = "served by another user, who isn't trusted unless DIRTY_SOCKET or the options name the socket";
    }
    if (problem == NULL) return fd;
    if (fd >= 0) close(fd);
    text_put(tried, tried->len > 0 ? ", " : "no host answers; tried ");
    text_put(tried, path);
    text_format(tried, " (%s)", problem);
    return -1;
}

/* Connects to a host; returns its socket, or -1, with what was tried. */
static int locate(const char *named, Text *tried) {
    if (named == NULL) named = getenv("DIRTY_SOCKET");
    if (named != NULL && *named != '\0') return connect_to(named, true, tried);
    char user[32];
    snprintf(user, sizeof user, "/tmp/dirty-%u", (unsigned)getuid());
    const char *directories[] = {getenv("RUNTIME_DIRECTORY"), getenv("XDG_RUNTIME_DIR"), user};
    int fd = -1;
    for (int i = 0; i < 3 && fd < 0; i++) {
        if (directories[i] == NULL || *directories[i] == '\0') continue;
        char path[256];
        /* systemd separates several directories by colons; a host takes the first. */
        int len = (int)(i == 0 ? strcspn(directories[i], ":") : strlen(directories[i]));
        snprintf(path, sizeof path, "%.*s%s/dirty.sock", len, directories[i], i == 1 ? "/dirty" : "");
        fd = connect_to(path, false, tried);
    }
    return fd;
}

static Outcome socket_problem(void) {
    return errno == EPIPE ? IO_CLOSED : errno == ECONNRESET ? IO_RESET : IO_FAILED;
}

/* Drops so many bytes from the front of the pieces. */
static void advance(struct iovec **pieces, size_t *count, size_t bytes) {
    for (; *count > 0 && bytes >= (*pieces)->iov_len; (*pieces)++, (*count)--) bytes -= (*pieces)->iov_len;
    if (*count == 0) return;
    (*pieces)->iov_base = (char *)(*pieces)->iov_base + bytes;
    (*pieces)->iov_len -= bytes;
}

/* Writes all of it. The pieces are used up. */
static Outcome
send_all(int fd, struct iovec *pieces, size_t count, int64_t deadline, const DirtyClientCanceller *canceller) {
    for (advance(&pieces, &count, 0); count > 0;) {
        /* The kernel takes no more than 1024 at a time. */
        struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count < 64 ? count : 64};
        ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (sent >= 0) {
            advance(&pieces, &count, (size_t)sent);
        } else if (errno == EAGAIN) {
            Outcome outcome = wait_for(fd, POLLOUT, deadline, canceller);
            if (outcome != IO_DONE) return outcome;
        } else if (errno != EINTR) {
            return socket_problem();
        }
    }
    return IO_DONE;
}

/* ---- Replies -------------------------------------------------------------------------------------------------- */

/* A request on a connection, until its last reply. */
typedef struct {
    /* NULL once it is lost. */
    Connection *connection;
    uint64_t id;
    int64_t deadline;
    const DirtyClientCanceller *canceller;
    /* Whether the end of the request can't have arrived. */
    bool unsent;
    /* Whether a cancel was sent after the request. */
    bool cancelled;
} Exchange;

static void exchange_drop(Exchange *exchange) {
    connection_close(exchange->connection);
    exchange->connection = NULL;
}

/* Sends the cancel that the canceller asks for; the host has a second to answer it. */
static Outcome exchange_cancel(Exchange *exchange) {
    char frame[80];
    unsigned long long id = exchange->id;
    int len = snprintf(frame + 4, sizeof frame - 4, "{\"type\":\"cancel\",\"id\":%llu}", id);
    memcpy(frame, (const char[]){0, 0, 0, (char)len}, 4);
    exchange->cancelled = true;
    exchange->canceller = NULL;
    int64_t limit = later(now(), CANCEL_SLACK);
    if (exchange->deadline > limit) exchange->deadline = limit;
    return send_all(exchange->connection->fd, &(struct iovec){frame, (size_t)len + 4}, 1, exchange->deadline, NULL);
}

/* Reads so many bytes. */
static Outcome receive(Exchange *exchange, char *bytes, size_t count) {
    Connection *connection = exchange->connection;
    for (;;) {
        size_t ahead = connection->end - connection->start;
        size_t part = ahead < count ? ahead : count;
        memcpy(bytes, connection->input + connection->start, part);
        connection->start += part;
        bytes += part;
        count -= part;
        if (count == 0) return IO_DONE;
        /* Nothing is ahead now. Large parts go straight to where they belong. */
        bool is_large = count >= sizeof connection->input;
        ssize_t got = recv(
            connection->fd, is_large ? bytes : connection->input, is_large ? count : sizeof connection->input, 0);
        connection->start = 0;
        connection->end = got > 0 && !is_large ? (size_t)got : 0;
        if (got == 0) return IO_CLOSED;
        if (got > 0 && is_large) {
            bytes += got;
            count -= (size_t)got;
        } else if (got < 0 && errno == EAGAIN) {
            Outcome outcome = wait_for(connection->fd, POLLIN, exchange->deadline, exchange->canceller);
            if (outcome == IO_CANCELLED) outcome = exchange_cancel(exchange);
            /* A host that takes no cancel may have answered before it closed. */
            if (outcome == IO_TIMED_OUT || outcome == IO_FAILED) return outcome;
        } else if (got < 0 && errno != EINTR) {
            return socket_problem();
        }
    }
}

/* Makes an error of how reading or writing went, and drops the connection. */
static int32_t fail_exchange(Failure *failure, Exchange *exchange, Outcome outcome) {
    int reason = errno;
    /* Reset after one message of ours, the end of that one was not read. */
    bool unread = exchange->unsent || (outcome == IO_RESET && !exchange->cancelled);
    int32_t executed = unread ? DIRTY_CLIENT_NOT_EXECUTED : DIRTY_CLIENT_MAYBE_EXECUTED;
    exchange_drop(exchange);
    int32_t code = DIRTY_CLIENT_E_CONNECTION;
    const char *words = "the host closed the connection before it had answered the call";
    if (outcome == IO_CANCELLED || exchange->cancelled) {
        code = DIRTY_CLIENT_E_CANCELLED;
        words = unread ? "the call was cancelled before it was sent" : "the call was cancelled, and got no answer";
    } else if (outcome == IO_TIMED_OUT) {
        code = DIRTY_CLIENT_E_TIMEOUT;
        words = "the call's timeout has passed, and the host has not said so";
    } else if (outcome == IO_FAILED) {
        words = strerror(reason);
    } else if (unread) {
        words = "the host closed the connection before it had read the call";
    }
    return fail(failure, code, executed, "%s", words);
}

/* Makes an error of what isn't the protocol, and drops the connection. */
static int32_t fail_garbage(Failure *failure, Exchange *exchange, const char *problem) {
    exchange_drop(exchange);
    const char *words = "what answers at the socket doesn't speak Dirty Host's protocol: it sent";
    return fail(failure, DIRTY_CLIENT_E_PROTOCOL, DIRTY_CLIENT_MAYBE_EXECUTED, "%s %s", words, problem);
}

/* Makes an error of an error object; what is missing in it is taken to be as unsure as it can be. */
static int32_t fail_reply(Failure *failure, Span object) {
    Span type = {NULL, 0}, message = {NULL, 0}, details = {NULL, 0}, executed = {NULL, 0}, retry_after = {NULL, 0};
    read_object(object, (Member[]){{"error_type", &type}, {"message", &message}, {"details", &details}}, 3);
    if (details.ptr != NULL && *details.ptr == '{') {
        read_object(details, (Member[]){{"executed", &executed}, {"retry_after", &retry_after}}, 2);
    }
    failure_begin(failure, DIRTY_CLIENT_E_OTHER, DIRTY_CLIENT_MAYBE_EXECUTED);
    if (is_word(executed, "\"no\"")) failure->error.executed = DIRTY_CLIENT_NOT_EXECUTED;
    if (is_word(executed, "\"yes\"")) failure->error.executed = DIRTY_CLIENT_EXECUTED;
    failure->error.retry_after = read_seconds(retry_after);
    if (type.ptr != NULL && *type.ptr == '"') unquote(&failure->type, type);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bool is_it = failure->type.len > 0 && strcmp(failure->type.text, kinds[i].type) == 0;
        if (is_it) failure->error.code = kinds[i].code;
    }
    if (message.ptr != NULL && *message.ptr == '"') unquote(&failure->message, message);
    if (failure->message.len == 0) text_put(&failure->message, "the host reports an error without a message");
    if (details.ptr != NULL && *details.ptr == '{') text_add(&failure->details, details.ptr, details.len);
    return failure_end(failure);
}

/* Reads the sizes in a scanned array into `list`, unless that is NULL; false if one is none. */
static bool read_sizes(Span array, size_t *count, size_t *total, DirtyClientBytes *list) {
    *count = *total = 0;
    Scanner scan = scanner(array);
    if (!skip(&scan, '[')) return false;
    if (skip(&scan, ']')) return true;
    do {
        uint64_t size;
        if (!read_size(take_value(&scan), &size) || size > SIZE_MAX / 4 - *total) return false;
        if (list != NULL) list[*count].len = (size_t)size;
        *count += 1;
        *total += (size_t)size;
    } while (skip(&scan, ','));
    return true;
}

/* Reads the attachments that a reply announces. */
static int32_t read_attachments(Failure *failure, Exchange *exchange, Span sizes, DirtyClientResult *result) {
    size_t count, total;
    if (!read_sizes(sizes, &count, &total, NULL)) {
        return fail_garbage(failure, exchange, "attachments that are no array of sizes");
    }
    if (count == 0) return DIRTY_CLIENT_OK;
    /* The list and the bytes live in one piece. */
    DirtyClientBytes *list = malloc(count * sizeof *list + total);
    if (list == NULL) {
        exchange_drop(exchange);
        return fail_memory(failure, DIRTY_CLIENT_MAYBE_EXECUTED);
    }
    result->owned[1] = list;
    result->attachments = list;
    result->attachment_count = count;
    read_sizes(sizes, &count, &total, list);
    char *bytes = (char *)(list + count);
    Outcome outcome = receive(exchange, bytes, total);
    if (outcome != IO_DONE) return fail_exchange(failure, exchange, outcome);
    for (size_t i = 0; i < count; bytes += list[i++].len) list[i].ptr = bytes;
    return DIRTY_CLIENT_OK;
}

/* Reads a frame's text into the result that is to own it. */
static int32_t read_text(Failure *failure, Exchange *exchange, DirtyClientResult *result) {
    unsigned char header[4];
    Outcome outcome = receive(exchange, (char *)header, sizeof header);
    if (outcome != IO_DONE) return fail_exchange(failure, exchange, outcome);
    size_t len = (size_t)header[0] << 24 | (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
    if (len > MAX_FRAME_BYTES) return fail_garbage(failure, exchange, "a frame of more than a gibibyte");
    char *text = malloc(len + 1);
    if (text == NULL) {
        exchange_drop(exchange);
        return fail_memory(failure, DIRTY_CLIENT_MAYBE_EXECUTED);
    }
    result->owned[0] = text;
    result->json = text;
    result->json_len = len;
    text[len] = '\0';
    outcome = receive(exchange, text, len);
    return outcome == IO_DONE ? DIRTY_CLIENT_OK : fail_exchange(failure, exchange, outcome);
}

/* Where the members of a reply's text are. */
typedef struct {
    Span type, id, result, data, error, attachments;
} ReplyMembers;

/* What a reply is. */
typedef enum { REPLY_RESPONSE, REPLY_CHUNK, REPLY_END } ReplyKind;

/* Makes what it is of a reply to our request: a kind, or a negative error. */
static int32_t
read_reply(Failure *failure, Exchange *exchange, const ReplyMembers *members, DirtyClientResult *result) {
    if (is_word(members->type, "\"error\"")) {
        int32_t code = fail_reply(failure, members->error);
        /* An error without an id is about the connection, which the host closes now. */
        if (is_word(members->id, "null")) exchange_drop(exchange);
        return code;
    }
    if (is_word(members->type, "\"end\"")) return REPLY_END;
    bool is_chunk = is_word(members->type, "\"chunk\"");
    Span value = is_chunk ? members->data : members->result;
    if ((!is_chunk && !is_word(members->type, "\"response\"")) || value.ptr == NULL) {
        return fail_garbage(failure, exchange, "a message that is no reply");
    }
    char *text = result->owned[0];
    text[value.ptr - text + (ptrdiff_t)value.len] = '\0';
    result->json = value.ptr;
    result->json_len = value.len;
    return is_chunk ? REPLY_CHUNK : REPLY_RESPONSE;
}

/* Waits for the next reply to our request: a kind, or a negative error. Only a response and a chunk have a result. */
static int32_t next_reply(Failure *failure, Exchange *exchange, DirtyClientResult *result) {
    char id[24];
    snprintf(id, sizeof id, "%llu", (unsigned long long)exchange->id);
    for (;;) {
        *result = (DirtyClientResult){0};
        /* Where replies come without pause nothing else looks at these. */
        if (!exchange->cancelled && is_cancelled(exchange->canceller)) exchange_cancel(exchange);
        if (exchange->cancelled && now() > exchange->deadline) return fail_exchange(failure, exchange, IO_TIMED_OUT);
        ReplyMembers members = {0};
        const Member wanted[] = {
            {"type", &members.type},
            {"id", &members.id},
            {"result", &members.result},
            {"data", &members.data},
            {"error", &members.error},
            {"attachments", &members.attachments},
        };
        int32_t code = read_text(failure, exchange, result);
        if (code == DIRTY_CLIENT_OK && !read_object((Span){result->json, result->json_len}, wanted, 6)) {
            code = fail_garbage(failure, exchange, "a frame that is no JSON object");
        }
        if (code == DIRTY_CLIENT_OK && members.attachments.ptr != NULL && !is_word(members.attachments, "null")) {
            code = read_attachments(failure, exchange, members.attachments, result);
        }
        bool is_ours = is_word(members.id, id) || is_word(members.id, "null");
        if (code == DIRTY_CLIENT_OK && is_ours) code = read_reply(failure, exchange, &members, result);
        bool is_late = exchange->cancelled && code == REPLY_CHUNK;
        if (code < 0 || !is_ours || is_late || code == REPLY_END) dirty_client_result_free(result);
        if (code < 0 || (is_ours && !is_late)) return code;
    }
}

/* ---- Requests ------------------------------------------------------------------------------------------------- */

struct DirtyClient {
    /* Where the host is; NULL to look where hosts are. */
    char *socket_path;
    /* How long calls are tried again, in nanoseconds. */
    int64_t retry_span;
    bool retries_refused;
    /* A connection without a call; NULL if there is none. */
    Connection *idle;
    Failure failure;
};

/* Adds a member, unless it has no value. */
static void add_member(Text *text, const char *name, const char *value, bool is_string) {
    if (value == NULL) return;
    text_format(text, ",\"%s\":", name);
    if (is_string) {
        text_quote(text, value);
    } else {
        text_put(text, value);
    }
}

/* Adds the members that make a call; they are the same however often it is sent. */
static void add_call(Text *text, const DirtyClientCall *call) {
    text_put(text, ",\"attachments\":[");
    for (size_t i = 0; i < call->attachment_count; i++) {
        text_format(text, i > 0 ? ",%zu" : "%zu", call->attachments[i].len);
    }
    text_put(text, "]");
    add_member(text, "app_path", call->app, true);
    add_member(text, "action", call->action, true);
    add_member(text, "affinity", call->affinity, true);
    add_member(text, "traceparent", call->traceparent, true);
    add_member(text, "args", call->args, false);
    add_member(text, "kwargs", call->kwargs, false);
    text_put(text, "}");
}

/* Refuses what the host would end the connection for, or what would pass for other members than it is. */
static int32_t check_call(Failure *failure, const DirtyClientCall *call) {
    const char *problem = NULL;
    if (call->app == NULL || call->action == NULL) problem = "app and action must be given";
    else if (call->args != NULL && !is_container(call->args, '[')) problem = "args must be the JSON text of an array";
    else if (call->kwargs != NULL && !is_container(call->kwargs, '{')) problem = "kwargs must be that of an object";
    else if (!(call->timeout >= 0)) problem = "timeout must be a number of seconds above 0, or 0 for none";
    if (problem == NULL) return DIRTY_CLIENT_OK;
    return fail(failure, DIRTY_CLIENT_E_ARGUMENTS, DIRTY_CLIENT_NOT_EXECUTED, "the call can't be sent: %s", problem);
}

/* ---- Attempts ------------------------------------------------------------------------------------------------- */

/* Takes the idle connection, or makes one. */
static int32_t take_connection(DirtyClient *client, Connection **connection) {
    *connection = client->idle;
    client->idle = NULL;
    if (*connection != NULL && is_idle(*connection)) return DIRTY_CLIENT_OK;
    connection_close(*connection);
    *connection = NULL;
    Text tried = {0};
    int fd = locate(client->socket_path, &tried);
    int32_t code = DIRTY_CLIENT_OK;
    if (fd < 0) {
        const char *problem = tried.text != NULL ? tried.text : "no host answers";
        code = fail(&client->failure, DIRTY_CLIENT_E_CONNECTION, DIRTY_CLIENT_NOT_EXECUTED, "%s", problem);
    } else if ((*connection = malloc(sizeof **connection)) == NULL) {
        close(fd);
        code = fail_memory(&client->failure, DIRTY_CLIENT_NOT_EXECUTED);
    } else {
        (*connection)->fd = fd;
        (*connection)->last_id = 0;
        (*connection)->start = (*connection)->end = 0;
    }
    free(tried.text);
    return code;
}

/* Keeps a connection whose call has ended for the next. */
static void keep_connection(DirtyClient *client, Exchange *exchange) {
    Connection *connection = exchange->connection;
    exchange->connection = NULL;
    if (connection == NULL) return;
    if (client->idle == NULL && !exchange->cancelled) {
        client->idle = connection;
    } else {
        connection_close(connection);
    }
}

/* What is to be sent. */
typedef struct {
    const char *type;
    /* The members after type, id and timeout, and the closing brace. */
    Text members;
    /* NULL for what is no call. */
    const DirtyClientCall *call;
} Message;

/* Adds the frame of a message. */
static void add_frame(Text *text, const Message *message, uint64_t id, int64_t timeout) {
    text_put(text, "....{\"type\":");
    text_quote(text, message->type);
    text_format(text, ",\"id\":%llu", (unsigned long long)id);
    if (timeout != NEVER && message->call != NULL) {
        /* Not by "%f", which heeds the locale. */
        long long milliseconds = timeout / 1000000 > 0 ? timeout / 1000000 : 1;
        text_format(text, ",\"timeout\":%lld.%03lld", milliseconds / 1000, milliseconds % 1000);
    }
    if (message->members.failed) text->failed = true;
    text_add(text, message->members.text, message->members.len);
    for (int i = 0; i < 4 && !text->failed; i++) text->text[i] = (char)((text->len - 4) >> (24 - 8 * i));
}

/* Sends a message, and waits for its first reply: a kind, or a negative error. */
static int32_t
attempt(DirtyClient *client, const Message *message, int64_t timeout, Exchange *exchange, DirtyClientResult *first) {
    Failure *failure = &client->failure;
    int32_t code = take_connection(client, &exchange->connection);
    if (code < 0) return code;
    exchange->id = ++exchange->connection->last_id;
    Text text = {0};
    add_frame(&text, message, exchange->id, timeout);
    size_t count = message->call == NULL ? 0 : message->call->attachment_count;
    struct iovec *pieces = malloc((count + 1) * sizeof *pieces);
    if (text.failed || pieces == NULL) {
        code = fail_memory(failure, DIRTY_CLIENT_NOT_EXECUTED);
    } else if (text.len > MAX_FRAME_BYTES) {
        const char *words = "the call's arguments have more bytes than any frame: pass bytes as attachments";
        code = fail(failure, DIRTY_CLIENT_E_ARGUMENTS, DIRTY_CLIENT_NOT_EXECUTED, "%s", words);
    } else {
        pieces[0] = (struct iovec){text.text, text.len};
        for (size_t i = 0; i < count; i++) {
            const DirtyClientBytes *bytes = &message->call->attachments[i];
            pieces[i + 1] = (struct iovec){(void *)bytes->ptr, bytes->len};
        }
        int fd = exchange->connection->fd;
        Outcome outcome = send_all(fd, pieces, count + 1, exchange->deadline, exchange->canceller);
        exchange->unsent = outcome != IO_DONE;
        /* A host that takes no more may have said why. */
        bool is_worth_reading = outcome == IO_DONE || outcome == IO_CLOSED;
        code = is_worth_reading ? next_reply(failure, exchange, first) : fail_exchange(failure, exchange, outcome);
        if (exchange->unsent) exchange_drop(exchange);
    }
    free(pieces);
    free(text.text);
    return code;
}

/* How long to wait before the next attempt; negative to give up. */
static int64_t retry_delay(const DirtyClient *client, int attempts, int64_t elapsed, int64_t left) {
    const DirtyClientError *error = &client->failure.error;
    bool is_refusal = error->code == DIRTY_CLIENT_E_OVERLOADED || error->code == DIRTY_CLIENT_E_NO_WORKERS;
    bool is_kind = error->code == DIRTY_CLIENT_E_CONNECTION || (is_refusal && client->retries_refused);
    if (!is_kind || error->executed != DIRTY_CLIENT_NOT_EXECUTED) return -1;
    int64_t delay = (SECOND / 50) << (attempts < 7 ? attempts - 1 : 6);
    if (delay > SECOND) delay = SECOND;
    /* Spread, so that many clients don't come back all at once. */
    delay -= now() % (delay / 2);
    int64_t asked = nanoseconds(error->retry_after);
    if (delay < asked) delay = asked;
    return elapsed + delay <= client->retry_span && delay < left ? delay : -1;
}

/* Sends a message, trying again as the options say; a kind, or a negative error. */
static int32_t send_trying(
    DirtyClient *client,
    const Message *message,
    int64_t timeout,
    const DirtyClientCanceller *canceller,
    Exchange *exchange,
    DirtyClientResult *first) {
    int64_t start = now(), left = timeout;
    for (int attempts = 1;; attempts++) {
        *exchange = (Exchange){.canceller = canceller, .deadline = later(later(now(), left), TIMEOUT_SLACK)};
        if (is_cancelled(canceller)) {
            const char *words = "the call was cancelled before it was sent";
            return fail(&client->failure, DIRTY_CLIENT_E_CANCELLED, DIRTY_CLIENT_NOT_EXECUTED, "%s", words);
        }
        int32_t code = attempt(client, message, left, exchange, first);
        if (code >= 0) return code;
        keep_connection(client, exchange);
        int64_t elapsed = now() - start;
        if (timeout != NEVER) left = timeout - elapsed;
        int64_t delay = retry_delay(client, attempts, elapsed, left);
        if (delay < 0) return code;
        wait_for(-1, 0, later(now(), delay), canceller);
        if (timeout != NEVER) left -= delay;
    }
}

/* Sends a call; a kind, or a negative error. */
static int32_t begin(DirtyClient *client, const DirtyClientCall *call, Exchange *exchange, DirtyClientResult *first) {
    *first = (DirtyClientResult){0};
    *exchange = (Exchange){0};
    int32_t code = check_call(&client->failure, call);
    if (code < 0) return code;
    Message message = {.type = "request", .call = call};
    add_call(&message.members, call);
    int64_t timeout = call->timeout > 0 ? nanoseconds(call->timeout) : NEVER;
    code = send_trying(client, &message, timeout, call->canceller, exchange, first);
    free(message.members.text);
    return code;
}

/* ---- The API -------------------------------------------------------------------------------------------------- */

DirtyClient *dirty_client_new(const DirtyClientOptions *options) {
    static const DirtyClientOptions none;
    if (options == NULL) options = &none;
    DirtyClient *client = calloc(1, sizeof *client);
    if (client == NULL) return NULL;
    client->retry_span = nanoseconds(options->retry_seconds);
    if (client->retry_span == 0) client->retry_span = 2 * SECOND;
    client->retries_refused = options->retries_refused != 0;
    failure_begin(&client->failure, DIRTY_CLIENT_OK, DIRTY_CLIENT_NOT_EXECUTED);
    text_put(&client->failure.message, "nothing has failed");
    failure_end(&client->failure);
    if (options->socket_path == NULL) return client;
    client->socket_path = strdup(options->socket_path);
    if (client->socket_path != NULL) return client;
    dirty_client_free(client);
    return NULL;
}

void dirty_client_free(DirtyClient *client) {
    if (client == NULL) return;
    connection_close(client->idle);
    free(client->socket_path);
    free(client->failure.type.text);
    free(client->failure.message.text);
    free(client->failure.details.text);
    free(client);
}

const DirtyClientError *dirty_client_error(const DirtyClient *client) {
    return &client->failure.error;
}

DirtyClientCanceller *dirty_client_canceller_new(void) {
    DirtyClientCanceller *canceller = malloc(sizeof *canceller);
    if (canceller == NULL) return NULL;
    canceller->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (canceller->fd >= 0) return canceller;
    free(canceller);
    return NULL;
}

void dirty_client_cancel(DirtyClientCanceller *canceller) {
    int saved = errno;
    /* Fails only when it has been cancelled 2^64 times. */
    ssize_t written = write(canceller->fd, &(uint64_t){1}, sizeof(uint64_t));
    (void)written;
    errno = saved;
}

void dirty_client_canceller_free(DirtyClientCanceller *canceller) {
    if (canceller == NULL) return;
    close(canceller->fd);
    free(canceller);
}

void dirty_client_result_free(DirtyClientResult *result) {
    free(result->owned[0]);
    free(result->owned[1]);
    *result = (DirtyClientResult){0};
}

int32_t dirty_client_call(DirtyClient *client, const DirtyClientCall *call, DirtyClientResult *result) {
    Exchange exchange;
    int32_t code = begin(client, call, &exchange, result);
    if (code == REPLY_CHUNK || code == REPLY_END) {
        dirty_client_result_free(result);
        /* The host cancels what runs on a connection that is closed. */
        exchange_drop(&exchange);
        Failure *failure = failure_begin(
            &client->failure,
            DIRTY_CLIENT_E_PROTOCOL,
            code == REPLY_END ? DIRTY_CLIENT_EXECUTED : DIRTY_CLIENT_MAYBE_EXECUTED);
        text_format(&failure->message, "%.200s.%.200s answers with a stream: call it as one", call->app, call->action);
        text_put(&failure->details, "{\"streams\":true}");
        return failure_end(failure);
    }
    keep_connection(client, &exchange);
    return code < 0 ? code : DIRTY_CLIENT_OK;
}

int32_t dirty_client_ask(DirtyClient *client, const char *question, const char *app, DirtyClientResult *result) {
    *result = (DirtyClientResult){0};
    Message message = {.type = question};
    add_member(&message.members, "app_path", app, true);
    text_put(&message.members, "}");
    Exchange exchange;
    int32_t code = send_trying(client, &message, QUESTION_TIMEOUT, NULL, &exchange, result);
    keep_connection(client, &exchange);
    free(message.members.text);
    return code < 0 ? code : DIRTY_CLIENT_OK;
}

struct DirtyClientStream {
    DirtyClient *client;
    Exchange exchange;
    /* The first reply, if `has_first`. */
    DirtyClientResult first;
    int32_t first_kind;
    bool has_first, has_ended;
};

DirtyClientStream *dirty_client_stream(DirtyClient *client, const DirtyClientCall *call) {
    DirtyClientStream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        fail_memory(&client->failure, DIRTY_CLIENT_NOT_EXECUTED);
        return NULL;
    }
    stream->client = client;
    stream->first_kind = begin(client, call, &stream->exchange, &stream->first);
    stream->has_first = true;
    if (stream->first_kind >= 0) return stream;
    keep_connection(client, &stream->exchange);
    free(stream);
    return NULL;
}

int32_t dirty_client_stream_next(DirtyClientStream *stream, DirtyClientResult *chunk) {
    *chunk = (DirtyClientResult){0};
    if (stream->has_ended) return DIRTY_CLIENT_OK;
    int32_t kind = stream->first_kind;
    if (stream->has_first) {
        *chunk = stream->first;
        stream->has_first = false;
    } else {
        kind = next_reply(&stream->client->failure, &stream->exchange, chunk);
    }
    if (kind == REPLY_CHUNK) return DIRTY_CLIENT_CHUNK;
    stream->has_ended = true;
    keep_connection(stream->client, &stream->exchange);
    if (kind == REPLY_RESPONSE && !is_word((Span){chunk->json, chunk->json_len}, "null")) return DIRTY_CLIENT_CHUNK;
    dirty_client_result_free(chunk);
    return kind < 0 ? kind : DIRTY_CLIENT_OK;
}

void dirty_client_stream_free(DirtyClientStream *stream) {
    if (stream == NULL) return;
    if (stream->has_first) dirty_client_result_free(&stream->first);
    /* The host cancels what runs on a connection that is closed. */
    exchange_drop(&stream->exchange);
    free(stream);
}
