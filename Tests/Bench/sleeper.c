// The sleep loop bare: what processes that do nothing but sleep reach, with no host around them.
//
//   sleeper PROCESSES SLEEP_MS SECONDS
//
// Each process sleeps SLEEP_MS again and again for SECONDS. Prints one line, a JSON object: the sleeps of all of them a second.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/// Sleeps until `seconds` have passed; returns the sleeps a second.
static double sleep_loop(long milliseconds, double seconds) {
    const struct timespec span = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    const double began = now();
    double sleeps = 0, passed = 0;
    while (passed < seconds) {
        nanosleep(&span, NULL);
        sleeps++;
        passed = now() - began;
    }
    return sleeps / passed;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: sleeper PROCESSES SLEEP_MS SECONDS\n");
        return 2;
    }
    const int processes = atoi(argv[1]);
    int ends[2];
    if (pipe(ends) != 0) return 1;
    for (int i = 0; i < processes; i++) {
        const pid_t child = fork();
        if (child < 0) return 1;
        if (child > 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        const double rate = sleep_loop(atol(argv[2]), atof(argv[3]));
        _exit(write(ends[1], &rate, sizeof rate) == (ssize_t)sizeof rate ? 0 : 1);
    }
    close(ends[1]);
    double total = 0, rate;
    for (int i = 0; i < processes; i++) {
        if (read(ends[0], &rate, sizeof rate) != (ssize_t)sizeof rate) return 1;
        total += rate;
    }
    printf("{\"rate\":%.3f}\n", total);
    return 0;
}
