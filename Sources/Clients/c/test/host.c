/* A real host, as `dirty serve` starts it. */
#define _GNU_SOURCE
#include "checks.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void host_start(Host *host) {
    const char *binaries = getenv("DIRTY_BIN_DIR");
    CHECK(binaries != NULL, "DIRTY_BIN_DIR must say where dirty, dirty-worker and the plugins are");
    if (host->directory[0] == '\0') {
        strcpy(host->directory, "/tmp/dirty-c-XXXXXX");
        CHECK(mkdtemp(host->directory) != NULL, "no directory");
    }
    char program[4096], apps[3][4096], runtime[80];
    static const char *const names[][2] = {{"echo", "Echo"}, {"bench", "Bench"}, {"counter", "Counter"}};
    snprintf(program, sizeof program, "%s/dirty", binaries);
    snprintf(runtime, sizeof runtime, "%s/run", host->directory);
    for (int i = 0; i < 3; i++) {
        snprintf(apps[i], sizeof apps[i], "%s=%s/lib%s.so", names[i][0], binaries, names[i][1]);
    }
    int output[2];
    CHECK(pipe(output) == 0, "no pipe");
    host->pid = fork();
    if (host->pid == 0) {
        /* It ends with the test, however that ends. */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        unsetenv("DIRTY_BIN_DIR");
        dup2(output[1], 1);
        close(output[0]);
        close(output[1]);
        execl(
            program,
            "dirty",
            "serve",
            apps[0],
            apps[1],
            apps[2],
            "--dirty-workers=2",
            "--log-level=critical",
            "--runtime-dir",
            runtime,
            (char *)NULL);
        perror(program);
        _exit(127);
    }
    close(output[1]);
    FILE *lines = fdopen(output[0], "r");
    char line[512] = "";
    while (strncmp(line, "DIRTY_SOCKET=", 13) != 0) {
        CHECK(fgets(line, sizeof line, lines) != NULL, "the host ended before it was ready");
    }
    snprintf(host->socket, sizeof host->socket, "%.*s", (int)strcspn(line + 13, "\n"), line + 13);
    fclose(lines);
}

void host_kill(Host *host) {
    kill(host->pid, SIGKILL);
    waitpid(host->pid, NULL, 0);
}

void host_remove(Host *host) {
    pid_t remover = fork();
    if (remover == 0) {
        execlp("rm", "rm", "-rf", host->directory, (char *)NULL);
        _exit(127);
    }
    waitpid(remover, NULL, 0);
}
