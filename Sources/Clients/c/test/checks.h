/* What the C client's tests share: checks that end the program, and hosts of two kinds. */
#ifndef CHECKS_H
#define CHECKS_H

#include "../dirty_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* Ends the program unless this is so. */
#define CHECK(condition, ...)                                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: not so: %s; ", __FILE__, __LINE__, #condition);                                    \
            fprintf(stderr, __VA_ARGS__);                                                                              \
            fprintf(stderr, "\n");                                                                                     \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

/* Ends the program unless the client's last error is of this kind and says so much about the call. */
#define CHECK_ERROR(client, wanted_code, wanted_executed)                                                              \
    CHECK(                                                                                                             \
        dirty_client_error(client)->code == (wanted_code) &&                                                           \
            dirty_client_error(client)->executed == (wanted_executed),                                                 \
        "%s (%d): %s (executed %d)",                                                                                   \
        dirty_client_error(client)->type,                                                                              \
        dirty_client_error(client)->code,                                                                              \
        dirty_client_error(client)->message,                                                                           \
        dirty_client_error(client)->executed)

/* ---- A host that says exactly what a test wants (script.c) ----------------------------------------------------- */

typedef enum { STEP_ACCEPT, STEP_READ, STEP_SEND, STEP_SEND_RAW, STEP_CLOSE, STEP_CANCEL, STEP_HOLD } StepKind;

typedef struct {
    StepKind kind;
    const char *text, *raw;
    size_t raw_len;
    DirtyClientCanceller *canceller;
} Step;

/* Takes the next connection. */
#define ACCEPT \
    { STEP_ACCEPT, NULL, NULL, 0, NULL }
/* Reads a frame, which must contain this text. */
#define READ(text) \
    { STEP_READ, text, NULL, 0, NULL }
/* The same, and so many bytes behind it. */
#define READ_WITH(text, len) \
    { STEP_READ, text, NULL, len, NULL }
/* Writes a frame with this text. */
#define SEND(text) \
    { STEP_SEND, text, "", 0, NULL }
/* The same, and raw bytes behind it. */
#define SEND_WITH(text, raw) \
    { STEP_SEND, text, raw, sizeof(raw) - 1, NULL }
/* Writes raw bytes. */
#define SEND_RAW(raw) \
    { STEP_SEND_RAW, NULL, raw, sizeof(raw) - 1, NULL }
/* Closes the connection, whatever has come and was not read. */
#define CLOSE \
    { STEP_CLOSE, NULL, NULL, 0, NULL }
/* Cancels what has this canceller. */
#define CANCEL(canceller) \
    { STEP_CANCEL, NULL, NULL, 0, canceller }
/* Leaves the connection open, and reads nothing, until the script is ended. */
#define HOLD \
    { STEP_HOLD, NULL, NULL, 0, NULL }

typedef struct Script Script;

/* Starts a host that does these steps. */
Script *script_start(const Step *steps, size_t count);

const char *script_socket(const Script *script);

/* Waits until the steps are done, or HOLDs, and ends it. */
void script_end(Script *script);

/* ---- A real host (host.c) ---------------------------------------------------------------------------------------- */

typedef struct {
    char directory[64], socket[96];
    pid_t pid;
} Host;

/* Starts a host with Echo, Bench and Counter from $DIRTY_BIN_DIR; returns when it serves. */
void host_start(Host *host);

/* Kills it; returns when it has ended. It may be started again at the same socket. */
void host_kill(Host *host);

/* Removes what it left. */
void host_remove(Host *host);

#endif
