#define _GNU_SOURCE
#include "dirty_process.h"

#include "dirty_watchdog.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

/// Where our descriptors begin: above what a plugin closes that closes "all" descriptors by counting a little.
#define FIRST_HIGH_FD 200

#define MAX_CHILD_CLOSES 300

static int log_fd = STDERR_FILENO;
static int closed_in_children[MAX_CHILD_CLOSES];
static int closed_in_children_count;

/// Opens /dev/null at `fd`. Returns 0 or `-errno`.
static int put_null_at(int fd) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return -errno;
    if (null != fd && dup2(null, fd) < 0) {
        int error = errno;
        close(null);
        return -error;
    }
    // dup2 gives a descriptor without close-on-exec, as a standard stream needs it; open's own needs it taken away.
    if (null == fd) return fcntl(fd, F_SETFD, 0) == 0 ? 0 : -errno;
    close(null);
    return 0;
}

static void close_in_child(void) {
    for (int i = 0; i < closed_in_children_count; i++) close(closed_in_children[i]);
}

int dirty_process_raise(int fd) {
    int high = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_HIGH_FD);
    // Under a limit below that, any number must do that is no standard stream's.
    if (high < 0) high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (high < 0) return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -errno;
    close(fd);
    return high;
}

int dirty_process_take_streams(void) {
    int control = dirty_process_raise(STDIN_FILENO);
    if (control < 0) return control;
    if (control == STDIN_FILENO) return -EMFILE;
    int result = put_null_at(STDIN_FILENO);
    if (result < 0) return result;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && (result = put_null_at(fd)) < 0) return result;
    }
    int high = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, FIRST_HIGH_FD);
    if (high >= 0) log_fd = high;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (pthread_atfork(NULL, NULL, close_in_child) != 0) return -ENOMEM;
    result = dirty_process_close_in_children(control);
    if (result == 0 && high >= 0) result = dirty_process_close_in_children(high);
    return result < 0 ? result : control;
}

static void do_nothing(int signal) {
    (void)signal;
}

void dirty_process_take_signals(void) {
    static const int signals[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE};
    // Masks and ignored signals are inherited, and whoever started us may have had its own reasons for them.
    sigset_t none;
    sigemptyset(&none);
    for (int signal = 1; signal <= SIGRTMAX; signal++) {
        struct sigaction inherited;
        if (sigaction(signal, NULL, &inherited) != 0 || inherited.sa_handler != SIG_IGN) continue;
        inherited.sa_handler = SIG_DFL;
        sigaction(signal, &inherited, NULL);
    }
    struct sigaction action = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
}

int dirty_process_close_in_children(int fd) {
    if (closed_in_children_count == MAX_CHILD_CLOSES) return -EMFILE;
    closed_in_children[closed_in_children_count++] = fd;
    return 0;
}

void dirty_process_log(const char *text, size_t len) {
    while (len > 0) {
        ssize_t written = write(log_fd, text, len);
        if (written < 0 && errno == EINTR) continue;
        // Nobody is left to be told that the log is gone.
        if (written <= 0) return;
        text += written;
        len -= (size_t)written;
    }
}

void dirty_process_exit(int code) {
    fflush(stdout);
    dirty_watchdog_look();
    _exit(code);
}
