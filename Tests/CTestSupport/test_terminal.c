#define _GNU_SOURCE
#include "test_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int test_open_terminal(char *path, size_t capacity) {
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) return -errno;
    int error = grantpt(terminal) != 0 || unlockpt(terminal) != 0 ? errno : ptsname_r(terminal, path, capacity);
    if (error == 0) return terminal;
    close(terminal);
    return -error;
}

int test_hold_terminal(const char *path) {
    int descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    return descriptor >= 0 ? descriptor : -errno;
}

int test_resize_terminal(int terminal, int width, int height) {
    struct winsize size = {.ws_col = (unsigned short)width, .ws_row = (unsigned short)height};
    return ioctl(terminal, TIOCSWINSZ, &size) == 0 ? 0 : -errno;
}

int test_terminal_is_cooked(int terminal) {
    struct termios settings;
    if (tcgetattr(terminal, &settings) != 0) return -errno;
    return (settings.c_lflag & ICANON) != 0 && (settings.c_lflag & ECHO) != 0;
}

pid_t test_spawn_in_terminal(
    const char *path, char *const argv[], char *const envp[], const char *folder, const char *terminal) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    // The first terminal that the leader of a session opens becomes its own.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions, 0, 1);
    posix_spawn_file_actions_adddup2(&actions, 0, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawn_file_actions_addchdir_np(&actions, folder);

    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);

    pid_t pid = 0;
    int result = posix_spawnp(&pid, path, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result == 0 ? pid : -result;
}
