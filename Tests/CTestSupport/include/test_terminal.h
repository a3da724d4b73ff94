/// Pseudo-terminals, for tests of programs that people use on one.
#ifndef TEST_TERMINAL_H
#define TEST_TERMINAL_H

#include <stddef.h>
#include <sys/types.h>

/// Makes a pseudo-terminal and writes the path of the side that programs use to `path`. Returns the other side, close-on-exec
/// and the caller's, or `-errno`.
int test_open_terminal(char *path, size_t capacity);

/// Opens the side that programs use, for nothing but to keep the terminal alive. Returns a close-on-exec descriptor, or `-errno`.
int test_hold_terminal(const char *path);

/// Gives the terminal another size; who runs on it gets SIGWINCH. Returns 0, or `-errno`.
int test_resize_terminal(int terminal, int width, int height);

/// Whether lines are edited and typed characters shown, as a shell expects it: 1 or 0, or `-errno`.
int test_terminal_is_cooked(int terminal);

/// Starts a program as `test_spawn` does, leading a session of its own whose terminal `terminal` is.
pid_t test_spawn_in_terminal(
    const char *path, char *const argv[], char *const envp[], const char *folder, const char *terminal);

#endif
