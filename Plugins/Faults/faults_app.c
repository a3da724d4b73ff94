#include "faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The one instance.
typedef struct {
    const DirtyHost *host;
    char close_behaviour[32];
} Faults;

static const struct {
    const char *name;
    FaultsAction *run;
} actions[] = {
    {"segv", faults_segv},
    {"abort", faults_abort},
    {"exit", faults_exit},
    {"stack_overflow", faults_stack_overflow},
    {"spin", faults_spin},
    {"spin_blocked", faults_spin_blocked},
    {"leak", faults_leak},
    {"flood", faults_flood},
    {"close_fds", faults_close_fds},
    {"fork_stay", faults_fork_stay},
    {"fork_hold", faults_fork_hold},
    {"error", faults_error},
    {"poisoned", faults_poisoned},
    {"odd_status", faults_odd_status},
    {"invalid_json", faults_invalid_json},
    {"finish_twice", faults_finish_twice},
    {"finish_thread_before", faults_finish_thread_before},
    {"finish_thread_after", faults_finish_thread_after},
    {"never_finish", faults_never_finish},
    {"echo", faults_echo},
    {"sleep_ms", faults_sleep_ms},
    {"pid", faults_pid},
};

/// Takes the time that "slow_ms:N" or "hang" asks for.
static void delay(const char *behaviour) {
    long long milliseconds;
    if (sscanf(behaviour, "slow_ms:%lld", &milliseconds) == 1) faults_sleep(milliseconds);
    while (strcmp(behaviour, "hang") == 0) faults_sleep(1000);
}

static int32_t open_faults(
    const DirtyHost *host, const char *config, size_t len, void **app, char *err, size_t err_cap) {
    (void)len;
    char behaviour[32], message[256];
    faults_member(config, "open", behaviour, sizeof behaviour);
    faults_member(config, "open_message", message, sizeof message);
    delay(behaviour);
    if (strcmp(behaviour, "abort") == 0) abort();
    if (strcmp(behaviour, "fail") == 0) {
        snprintf(err, err_cap, "%s", message);
        return DIRTY_E_INTERNAL;
    }
    Faults *faults = malloc(sizeof *faults);
    if (faults == NULL) return DIRTY_E_NOMEM;
    faults->host = host;
    faults_member(config, "close", faults->close_behaviour, sizeof faults->close_behaviour);
    *app = faults;
    return DIRTY_OK;
}

static int32_t handle_fault(void *app, const DirtyRequest *request) {
    static const char unknown[] = "{\"message\":\"Faults has no such action; faults_actions.h lists them\"}";
    const DirtyHost *host = ((Faults *)app)->host;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp((const char *)request->action.ptr, actions[i].name) == 0) return actions[i].run(host, request);
    }
    host->finish(host->ctx, request->id, DIRTY_E_UNSUPPORTED, unknown, strlen(unknown), NULL, 0);
    return DIRTY_OK;
}

static void close_faults(void *app) {
    Faults *faults = app;
    static const char closed[] = "closed";
    delay(faults->close_behaviour);
    if (strcmp(faults->close_behaviour, "fail") == 0) abort();
    faults->host->log(faults->host->ctx, DIRTY_LOG_INFO, closed, strlen(closed));
    free(faults);
}

const DirtyApp *dirty_app_v1(void) {
    static const DirtyApp app = {
        .struct_size = sizeof(DirtyApp),
        .abi_minor = DIRTY_ABI_MINOR,
        .flags = DIRTY_APP_CONCURRENT,
        .name = "Faults",
        .version = "1.0.0",
        .manifest = "{\"actions\":["
                    "{\"name\":\"segv\"},{\"name\":\"abort\"},{\"name\":\"exit\"},{\"name\":\"stack_overflow\"},"
                    "{\"name\":\"spin\"},{\"name\":\"spin_blocked\"},{\"name\":\"leak\"},{\"name\":\"flood\"},"
                    "{\"name\":\"close_fds\"},{\"name\":\"fork_stay\"},{\"name\":\"fork_hold\"},{\"name\":\"error\"},"
                    "{\"name\":\"poisoned\"},{\"name\":\"odd_status\"},{\"name\":\"invalid_json\"},"
                    "{\"name\":\"finish_twice\"},{\"name\":\"finish_thread_before\"},{\"name\":\"finish_thread_after\"},"
                    "{\"name\":\"never_finish\"},{\"name\":\"echo\"},{\"name\":\"sleep_ms\"},{\"name\":\"pid\"}]}",
        .open = open_faults,
        .handle = handle_fault,
        .close = close_faults,
    };
    return &app;
}
