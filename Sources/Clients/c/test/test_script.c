/* What the client makes of hosts that say, and fail to say, all kinds of things. */
#define _GNU_SOURCE
#include "checks.h"

#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LARGE ((size_t)8 << 20)

static const DirtyClientCall act = {.app = "app", .action = "act"};

/* A client of a host that does the steps. */
typedef struct {
    Script *script;
    DirtyClient *client;
    DirtyClientResult result;
} Session;

static Session begin(const Step *steps, size_t count, double retry_seconds) {
    Session session = {.script = script_start(steps, count)};
    const DirtyClientOptions options = {.socket_path = script_socket(session.script), .retry_seconds = retry_seconds};
    session.client = dirty_client_new(&options);
    CHECK(session.client != NULL, "no client");
    return session;
}

static void end(Session *session) {
    dirty_client_result_free(&session->result);
    script_end(session->script);
    dirty_client_free(session->client);
}

/* Makes a call that must be answered with this JSON. */
static void must_give(Session *session, const DirtyClientCall *call, const char *json) {
    dirty_client_result_free(&session->result);
    int32_t code = dirty_client_call(session->client, call, &session->result);
    CHECK(code == DIRTY_CLIENT_OK, "%s", dirty_client_error(session->client)->message);
    CHECK(strcmp(session->result.json, json) == 0, "%s", session->result.json);
    CHECK(session->result.json_len == strlen(json), "%zu", session->result.json_len);
}

/* Makes a call that must fail so. */
static const DirtyClientError *
must_fail(Session *session, const DirtyClientCall *call, int32_t code, int32_t executed) {
    dirty_client_result_free(&session->result);
    int32_t outcome = dirty_client_call(session->client, call, &session->result);
    CHECK(outcome == code && session->result.json == NULL, "%d, and %s", outcome, session->result.json);
    CHECK_ERROR(session->client, code, executed);
    return dirty_client_error(session->client);
}

static void a_request_says_all_that_its_caller_did(void) {
    static const Step steps[] = {
        ACCEPT,
        READ_WITH(
            "{\"type\":\"request\",\"id\":1,\"timeout\":2.500,\"attachments\":[3,0],"
            "\"app_path\":\"a\\\"b\\\\\\u0001é\",\"action\":\"act\","
            "\"affinity\":\"k\",\"traceparent\":\"t\",\"args\":[1],"
            "\"kwargs\":{\"x\":{\"$attachment\":0}}}",
            3),
        SEND("{\"type\":\"response\",\"id\":1,\"result\":true}"),
    };
    const DirtyClientBytes attachments[] = {{"xyz", 3}, {NULL, 0}};
    const DirtyClientCall call = {
        .app = "a\"b\\\001é",
        .action = "act",
        .args = "[1]",
        .kwargs = "{\"x\":{\"$attachment\":0}}",
        .attachments = attachments,
        .attachment_count = 2,
        .timeout = 2.5,
        .affinity = "k",
        .traceparent = "t",
    };
    Session session = begin(steps, COUNT(steps), 0);
    must_give(&session, &call, "true");
    end(&session);
}

static void results_come_with_their_attachments_and_answers_to_nobody_are_passed_over(void) {
    static const Step steps[] = {
        ACCEPT,
        READ("\"id\":1,"),
        SEND_WITH("{\"type\":\"response\",\"id\":7,\"attachments\":[3],\"result\":1}", "abc"),
        SEND("{\"type\":\"chunk\",\"id\":\"1\",\"data\":1}"),
        SEND_WITH(
            " { \"new\" : [1,{}] , \"type\":\"response\" , \"id\":1,"
            "\"attachments\" : [ 2 , 0,1 ], \"result\": [\"]\\\"\"] } ",
            "de!"),
        READ("\"id\":2,"),
        SEND("{\"type\":\"response\",\"id\":2,\"attachments\":null,\"result\":null}"),
    };
    Session session = begin(steps, COUNT(steps), 0);
    must_give(&session, &act, "[\"]\\\"\"]");
    const DirtyClientBytes *attachments = session.result.attachments;
    CHECK(session.result.attachment_count == 3, "%zu", session.result.attachment_count);
    CHECK(attachments[0].len == 2 && memcmp(attachments[0].ptr, "de", 2) == 0, "the first is another");
    CHECK(attachments[1].len == 0 && attachments[2].len == 1, "the others have other sizes");
    CHECK(memcmp(attachments[2].ptr, "!", 1) == 0, "the last is another");
    must_give(&session, &act, "null");
    CHECK(session.result.attachment_count == 0, "%zu", session.result.attachment_count);
    end(&session);
}

static void errors_say_what_the_host_said(void) {
    static const Step steps[] = {
        ACCEPT,
        READ("\"id\":1,"),
        SEND("{\"type\":\"error\",\"id\":1,\"error\":{\"error_type\":\"DirtyOverloadedError\","
             "\"message\":\"f\\u00fcll \\ud83e\\udd8a\\n\\\"\\/\","
             "\"details\":{\"executed\":\"no\",\"retry_after\":2.25,\"bound\":\"backlog\"}}}"),
        READ("\"id\":2,"),
        SEND("{\"type\":\"error\",\"id\":2,\"error\":{\"error_type\":\"DirtyNewError\"}}"),
        READ("\"id\":3,"),
        SEND("{\"type\":\"error\",\"id\":3}"),
    };
    Session session = begin(steps, COUNT(steps), 0);
    const DirtyClientError *error =
        must_fail(&session, &act, DIRTY_CLIENT_E_OVERLOADED, DIRTY_CLIENT_NOT_EXECUTED);
    CHECK(strcmp(error->type, "DirtyOverloadedError") == 0, "%s", error->type);
    CHECK(strcmp(error->message, "füll 🦊\n\"/") == 0, "%s", error->message);
    CHECK(error->retry_after > 2.24 && error->retry_after < 2.26, "%f", error->retry_after);
    CHECK(strstr(error->details, "\"bound\":\"backlog\"") != NULL, "%s", error->details);
    error = must_fail(&session, &act, DIRTY_CLIENT_E_OTHER, DIRTY_CLIENT_MAYBE_EXECUTED);
    CHECK(strcmp(error->type, "DirtyNewError") == 0 && error->retry_after < 0, "%s", error->type);
    CHECK(strcmp(error->details, "{}") == 0, "%s", error->details);
    error = must_fail(&session, &act, DIRTY_CLIENT_E_OTHER, DIRTY_CLIENT_MAYBE_EXECUTED);
    CHECK(strcmp(error->type, "DirtyError") == 0, "%s", error->type);
    end(&session);
}

static void a_lost_connection_leaves_open_whether_the_call_ran_and_the_next_call_gets_another(void) {
    static const Step steps[] = {
        ACCEPT, READ("\"id\":1,"), CLOSE,
        ACCEPT, READ("\"id\":1,"), SEND("{\"type\":\"response\",\"id\":1,\"result\":2}"),
    };
    Session session = begin(steps, COUNT(steps), 0);
    must_fail(&session, &act, DIRTY_CLIENT_E_CONNECTION, DIRTY_CLIENT_MAYBE_EXECUTED);
    must_give(&session, &act, "2");
    end(&session);
}

static void a_call_that_the_host_never_read_whole_is_sent_again(void) {
    static const Step steps[] = {
        /* The first closes with all of it unread, the second with its end. */
        ACCEPT, CLOSE, ACCEPT, READ("\"id\":1,"), CLOSE,
        ACCEPT, READ_WITH("\"id\":1,", LARGE), SEND("{\"type\":\"response\",\"id\":1,\"result\":\"once\"}"),
    };
    char *large = calloc(1, LARGE);
    const DirtyClientBytes attachment = {large, LARGE};
    const DirtyClientCall call = {
        .app = "app", .action = "act", .attachments = &attachment, .attachment_count = 1};
    Session session = begin(steps, COUNT(steps), 0);
    must_give(&session, &call, "\"once\"");
    end(&session);
    session = begin(steps, 2, -1);
    must_fail(&session, &call, DIRTY_CLIENT_E_CONNECTION, DIRTY_CLIENT_NOT_EXECUTED);
    end(&session);
    free(large);
}

static void a_host_that_closes_may_say_why(void) {
    static const Step steps[] = {
        ACCEPT,
        SEND("{\"type\":\"error\",\"id\":null,\"error\":{\"error_type\":\"DirtyProtocolError\","
             "\"message\":\"too large\",\"details\":{\"executed\":\"no\",\"what\":\"too_large\"}}}"),
        CLOSE,
        ACCEPT,
        READ("\"id\":1,"),
        SEND("{\"type\":\"response\",\"id\":1,\"result\":1}"),
    };
    char *large = calloc(1, LARGE);
    const DirtyClientBytes attachment = {large, LARGE};
    const DirtyClientCall call = {
        .app = "app", .action = "act", .attachments = &attachment, .attachment_count = 1};
    Session session = begin(steps, COUNT(steps), 0);
    must_fail(&session, &call, DIRTY_CLIENT_E_PROTOCOL, DIRTY_CLIENT_NOT_EXECUTED);
    CHECK(strstr(dirty_client_error(session.client)->details, "too_large") != NULL, "other details");
    must_give(&session, &act, "1");
    end(&session);
    free(large);
}

static void what_is_no_reply_is_called_so(void) {
    static const Step steps[][3] = {
        {ACCEPT, READ("\"id\":1,"), SEND("{\"type\":")},
        {ACCEPT, READ("\"id\":1,"), SEND("[1]")},
        {ACCEPT, READ("\"id\":1,"), SEND("{\"type\":\"wat\",\"id\":1}")},
        {ACCEPT, READ("\"id\":1,"), SEND("{\"type\":\"response\",\"id\":1}")},
        {ACCEPT, READ("\"id\":1,"), SEND("{\"type\":\"response\",\"id\":1,\"result\":1,\"attachments\":[-1]}")},
        {ACCEPT, READ("\"id\":1,"), SEND("{\"type\":\"response\",\"id\":1,\"result\":1,\"attachments\":[1.5]}")},
        {ACCEPT, READ("\"id\":1,"), SEND("{\"type\":\"response\",\"id\":1,\"result\":1,\"attachments\":{}}")},
        {ACCEPT, READ("\"id\":1,"), SEND("{\"type\":\"response\",\"id\":1,\"result\":[1,\"}")},
        {ACCEPT, READ("\"id\":1,"), SEND_RAW("\x7f\xff\xff\xff{}")},
    };
    for (size_t i = 0; i < COUNT(steps); i++) {
        Session session = begin(steps[i], 3, 0);
        must_fail(&session, &act, DIRTY_CLIENT_E_PROTOCOL, DIRTY_CLIENT_MAYBE_EXECUTED);
        end(&session);
    }
}

static void what_cannot_be_sent_is_not(void) {
    static const Step steps[] = {HOLD};
    static const DirtyClientCall calls[] = {
        {.app = NULL, .action = "act"},
        {.app = "app", .action = NULL},
        {.app = "app", .action = "act", .args = "[1],\"id\":9"},
        {.app = "app", .action = "act", .args = "{}"},
        {.app = "app", .action = "act", .args = "[\"open]"},
        {.app = "app", .action = "act", .args = ""},
        {.app = "app", .action = "act", .kwargs = "[]"},
        {.app = "app", .action = "act", .kwargs = "{\"a\":1}}"},
        {.app = "app", .action = "act", .timeout = -1},
    };
    Session session = begin(steps, COUNT(steps), 0);
    for (size_t i = 0; i < COUNT(calls); i++) {
        must_fail(&session, &calls[i], DIRTY_CLIENT_E_ARGUMENTS, DIRTY_CLIENT_NOT_EXECUTED);
    }
    end(&session);
}

static void a_silent_host_is_waited_for_no_longer_than_the_timeout_and_a_little(void) {
    static const Step steps[] = {ACCEPT, READ("\"timeout\":0.050,"), HOLD};
    static const DirtyClientCall call = {.app = "app", .action = "act", .timeout = 0.05};
    Session session = begin(steps, COUNT(steps), 0);
    must_fail(&session, &call, DIRTY_CLIENT_E_TIMEOUT, DIRTY_CLIENT_MAYBE_EXECUTED);
    end(&session);
}

static void a_cancelled_call_ends_whatever_the_host_does(void) {
    DirtyClientCanceller *canceller = dirty_client_canceller_new();
    CHECK(canceller != NULL, "no canceller");
    char *large = calloc(1, LARGE);
    const DirtyClientBytes attachment = {large, LARGE};
    const DirtyClientCall small = {.app = "app", .action = "act", .canceller = canceller};
    DirtyClientCall call = small;

    const Step heeds[] = {
        ACCEPT,
        READ("\"id\":1,"),
        CANCEL(canceller),
        READ("{\"type\":\"cancel\",\"id\":1}"),
        SEND("{\"type\":\"error\",\"id\":1,\"error\":{\"error_type\":\"DirtyCancelledError\","
             "\"details\":{\"executed\":\"no\"}}}"),
    };
    Session session = begin(heeds, COUNT(heeds), 0);
    must_fail(&session, &call, DIRTY_CLIENT_E_CANCELLED, DIRTY_CLIENT_NOT_EXECUTED);
    /* It stays cancelled. */
    must_fail(&session, &call, DIRTY_CLIENT_E_CANCELLED, DIRTY_CLIENT_NOT_EXECUTED);
    end(&session);
    dirty_client_canceller_free(canceller);

    call.canceller = canceller = dirty_client_canceller_new();
    const Step is_deaf[] = {ACCEPT, READ("\"id\":1,"), CANCEL(canceller), HOLD};
    session = begin(is_deaf, COUNT(is_deaf), 0);
    must_fail(&session, &call, DIRTY_CLIENT_E_CANCELLED, DIRTY_CLIENT_MAYBE_EXECUTED);
    end(&session);
    dirty_client_canceller_free(canceller);

    call.canceller = canceller = dirty_client_canceller_new();
    call.attachments = &attachment;
    call.attachment_count = 1;
    const Step reads_nothing[] = {ACCEPT, CANCEL(canceller), HOLD};
    session = begin(reads_nothing, COUNT(reads_nothing), 0);
    must_fail(&session, &call, DIRTY_CLIENT_E_CANCELLED, DIRTY_CLIENT_NOT_EXECUTED);
    end(&session);
    dirty_client_canceller_free(canceller);
    free(large);
}

static void a_stream_gives_its_chunks_and_then_its_end(void) {
    static const Step steps[] = {
        ACCEPT,
        READ("\"id\":1,"),
        SEND("{\"type\":\"chunk\",\"id\":1,\"data\":1}"),
        SEND_WITH("{\"type\":\"chunk\",\"id\":1,\"attachments\":[2],\"data\":{\"$attachment\":0}}", "ab"),
        SEND("{\"type\":\"error\",\"id\":1,\"error\":{\"error_type\":\"DirtyWorkerError\"}}"),
        READ("\"id\":2,"),
        SEND("{\"type\":\"end\",\"id\":2}"),
        READ("\"id\":3,"),
        SEND("{\"type\":\"response\",\"id\":3,\"result\":[7]}"),
        READ("\"id\":4,"),
        SEND("{\"type\":\"response\",\"id\":4,\"result\":null}"),
    };
    static const char *const wanted[][2] = {{"1", "{\"$attachment\":0}"}, {NULL, NULL}, {"[7]", NULL}, {NULL, NULL}};
    Session session = begin(steps, COUNT(steps), 0);
    for (size_t i = 0; i < COUNT(wanted); i++) {
        DirtyClientStream *stream = dirty_client_stream(session.client, &act);
        CHECK(stream != NULL, "%s", dirty_client_error(session.client)->message);
        for (size_t j = 0; j < 2 && wanted[i][j] != NULL; j++) {
            CHECK(dirty_client_stream_next(stream, &session.result) == DIRTY_CLIENT_CHUNK, "no chunk");
            CHECK(strcmp(session.result.json, wanted[i][j]) == 0, "%s", session.result.json);
            CHECK(session.result.attachment_count == (i == 0 ? j : 0), "%zu", session.result.attachment_count);
            dirty_client_result_free(&session.result);
        }
        int32_t code = dirty_client_stream_next(stream, &session.result);
        CHECK(code == (i == 0 ? DIRTY_CLIENT_E_WORKER : DIRTY_CLIENT_OK), "%d", code);
        CHECK(session.result.json == NULL, "%s", session.result.json);
        CHECK(dirty_client_stream_next(stream, &session.result) == DIRTY_CLIENT_OK, "it goes on after its end");
        dirty_client_stream_free(stream);
    }
    end(&session);
}

static void an_action_that_streams_is_not_called_for_one_result(void) {
    static const Step steps[] = {
        ACCEPT, READ("\"id\":1,"), SEND("{\"type\":\"chunk\",\"id\":1,\"data\":1}"),
        ACCEPT, READ("\"id\":1,"), SEND("{\"type\":\"end\",\"id\":1}"),
    };
    Session session = begin(steps, COUNT(steps), 0);
    const DirtyClientError *error = must_fail(&session, &act, DIRTY_CLIENT_E_PROTOCOL, DIRTY_CLIENT_MAYBE_EXECUTED);
    CHECK(strcmp(error->details, "{\"streams\":true}") == 0, "%s", error->details);
    must_fail(&session, &act, DIRTY_CLIENT_E_PROTOCOL, DIRTY_CLIENT_EXECUTED);
    end(&session);
}

static void refusals_are_tried_again_if_the_options_say_so(void) {
    static const Step steps[] = {
        ACCEPT,
        READ("\"id\":1,"),
        SEND("{\"type\":\"error\",\"id\":1,\"error\":{\"error_type\":\"DirtyOverloadedError\","
             "\"details\":{\"executed\":\"no\"}}}"),
        READ("\"id\":2,"),
        SEND("{\"type\":\"response\",\"id\":2,\"result\":1}"),
    };
    Script *script = script_start(steps, COUNT(steps));
    const DirtyClientOptions options = {
        .socket_path = script_socket(script), .retry_seconds = 10, .retries_refused = 1};
    Session session = {.script = script, .client = dirty_client_new(&options)};
    must_give(&session, &act, "1");
    end(&session);
}

static void where_nobody_serves_every_path_tried_is_told(void) {
    setenv("XDG_RUNTIME_DIR", "/no/such/directory", 1);
    setenv("RUNTIME_DIRECTORY", "/nor/this:/ignored", 1);
    unsetenv("DIRTY_SOCKET");
    DirtyClient *client = dirty_client_new(&(DirtyClientOptions){.retry_seconds = -1});
    DirtyClientResult result;
    CHECK(dirty_client_ask(client, "ping", NULL, &result) < 0, "somebody serves");
    CHECK_ERROR(client, DIRTY_CLIENT_E_CONNECTION, DIRTY_CLIENT_NOT_EXECUTED);
    char wanted[256];
    snprintf(
        wanted,
        sizeof wanted,
        "no host answers; tried /nor/this/dirty.sock (no such socket), "
        "/no/such/directory/dirty/dirty.sock (no such socket), /tmp/dirty-%u/dirty.sock (",
        (unsigned)getuid());
    const char *message = dirty_client_error(client)->message;
    CHECK(strncmp(message, wanted, strlen(wanted)) == 0, "%s", message);
    dirty_client_free(client);
}

int main(void) {
    a_request_says_all_that_its_caller_did();
    results_come_with_their_attachments_and_answers_to_nobody_are_passed_over();
    errors_say_what_the_host_said();
    a_lost_connection_leaves_open_whether_the_call_ran_and_the_next_call_gets_another();
    a_call_that_the_host_never_read_whole_is_sent_again();
    a_host_that_closes_may_say_why();
    what_is_no_reply_is_called_so();
    what_cannot_be_sent_is_not();
    a_silent_host_is_waited_for_no_longer_than_the_timeout_and_a_little();
    a_cancelled_call_ends_whatever_the_host_does();
    a_stream_gives_its_chunks_and_then_its_end();
    an_action_that_streams_is_not_called_for_one_result();
    refusals_are_tried_again_if_the_options_say_so();
    where_nobody_serves_every_path_tried_is_told();
    puts("test_script: passed");
    return 0;
}
