/// Functions that no manifest may name: what they do reaches beyond their call, to the worker's process itself.
enum RefusedSymbols {
    /// Why `symbol` can't be called; nil if it can.
    static func reason(against symbol: String) -> String? {
        let base = symbol.hasPrefix("__") ? String(symbol.drop { $0 == "_" }) : symbol
        for (names, reason) in exact where names.contains(symbol) || names.contains(base) { return reason }
        for (prefixes, reason) in beginnings where prefixes.contains(where: { base.hasPrefix($0) }) { return reason }
        return nil
    }

    private static let exact: [(Set<String>, String)] = [
        (
            [
                "execl", "execle", "execlp", "execv", "execve", "execvp", "execvpe", "execveat", "fexecve", "fork",
                "vfork",
                "_Fork", "clone", "clone3", "system", "popen", "pclose", "daemon", "wait", "waitpid", "waitid", "wait3",
                "wait4",
            ],
            "it makes or replaces processes"
        ),
        (
            [
                "exit", "_exit", "_Exit", "quick_exit", "abort", "atexit", "on_exit", "at_quick_exit", "kill", "killpg",
                "raise", "tgkill", "assert_fail", "stack_chk_fail",
            ],
            "it ends processes, or acts when they end"
        ),
        (
            ["dlopen", "dlmopen", "dlclose", "dlsym", "dlvsym"],
            "it loads code; name the library in \"libraries\""
        ),
        (
            [
                "signal", "sigaction", "sigprocmask", "sigsuspend", "sigwait", "sigwaitinfo", "sigtimedwait",
                "sigaltstack", "sigqueue", "alarm", "setitimer", "timer_create", "siginterrupt", "bsd_signal",
                "sysv_signal",
                "sigset", "sighold", "sigignore",
            ],
            "it changes how the process handles signals"
        ),
        (
            [
                "setuid", "seteuid", "setreuid", "setresuid", "setgid", "setegid", "setregid", "setresgid", "setgroups",
                "initgroups", "setpgid", "setpgrp", "setsid", "setfsuid", "setfsgid", "chroot", "chdir", "fchdir",
                "umask",
                "setns", "unshare", "prctl", "ptrace", "syscall", "setrlimit", "prlimit", "setlocale", "seccomp",
            ],
            "it changes the process's rights, limits or surroundings"
        ),
        (
            [
                "setjmp", "_setjmp", "sigsetjmp", "longjmp", "_longjmp", "siglongjmp", "longjmp_chk", "setcontext",
                "getcontext", "makecontext", "swapcontext",
            ],
            "it jumps out of calls"
        ),
        (
            ["mmap", "munmap", "mprotect", "mremap", "brk", "sbrk", "realloc", "memcpy", "memmove", "memset"],
            "it works on addresses, which callers don't have"
        ),
        (["gets"], "it writes beyond every buffer"),
    ]

    private static let beginnings: [([String], String)] = [
        (["pthread_", "thrd_", "mtx_", "cnd_"], "it makes or changes threads"),
        (["posix_spawn"], "it makes or replaces processes"),
    ]
}
