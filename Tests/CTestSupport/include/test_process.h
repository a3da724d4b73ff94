/// Calls of the C library that Swift's overlay doesn't show, for tests; those for terminals are in `test_terminal.h`.
#ifndef TEST_PROCESS_H
#define TEST_PROCESS_H

#include <sys/types.h>

/// Makes a close-on-exec pipe: `out[0]` reads, `out[1]` writes. Returns 0, the caller owning both ends, or `-errno`.
int test_pipe(int out[2]);

/// Starts the program `path`, looked for on the PATH if it has no slash, in `folder`, with /dev/null as its input, `output`
/// and `errors` as its output, no other descriptor, every signal unblocked and its action the default.
///
/// `argv` and `envp` end with NULL. Returns the process id, or `-errno`.
pid_t test_spawn(
    const char *path, char *const argv[], char *const envp[], const char *folder, int output, int errors);

/// A close-on-exec descriptor that can be read from once process `pid` has ended, or `-errno`. The caller owns it.
int test_pidfd_open(pid_t pid);

#endif
