import Glibc

/// How a process ended.
enum ExitStatus: Equatable {
    case exited(Int32)
    case killed(by: Int32)

    /// The status that `wait` gave.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7F
        self = signal == 0 ? .exited(waitStatus >> 8 & 0xFF) : .killed(by: signal)
    }
}
