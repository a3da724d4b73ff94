/// The exit codes of `dirty`, which scripts may rely on.
enum ExitStatus: Int32 {
    case success = 0
    /// A call failed, or what was waited for didn't happen.
    case failure = 1
    /// Wrong arguments, or a mistake in the configuration.
    case usage = 2
    /// No host answers: `EX_UNAVAILABLE` of sysexits.h.
    case unavailable = 69
    /// Interrupted a second time, by SIGINT: 128 and the signal's number, as a shell would say.
    case interrupted = 130
}
