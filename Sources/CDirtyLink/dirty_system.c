#define _GNU_SOURCE
#include "dirty_system.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int dirty_pipe(int out[2]) {
    return pipe2(out, O_CLOEXEC) == 0 ? 0 : -errno;
}

const char *dirty_signal_name(int signal) {
    return sigabbrev_np(signal);
}
