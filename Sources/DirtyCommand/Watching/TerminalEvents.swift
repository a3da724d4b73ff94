import Glibc

/// What happens at a terminal: keys and signals, as one row of events.
///
/// Made on the main thread while there is no other; signals are then told here and do nothing by themselves.
final class TerminalEvents {
    /// Something that happened.
    enum Event: Equatable {
        case key(Character)
        /// The window has another size.
        case resized
        /// The user wants to do something else meanwhile.
        case suspended
        /// He comes back from that.
        case resumed
        /// The process is to end, by that signal; 0 if the terminal has gone.
        case ended(Int32)
    }

    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH]

    private let pipe: (reading: Int32, writing: Int32)
    private var pending: [Event] = []

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(Glibc.pipe(&ends) == 0, "no pipe can be made: \(String(cString: strerror(errno)))")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pipe = (ends[0], ends[1])
        SignalThread.block(Self.signals)
        let writing = pipe.writing
        SignalThread.start(Self.signals) { signal in
            var byte = UInt8(truncatingIfNeeded: signal)
            _ = write(writing, &byte, 1)
        }
    }

    /// Waits for what happens next; nil if that is nothing before `deadline`.
    ///
    /// Keys may be read only while the terminal is ours, or the process is stopped for trying.
    func next(by deadline: ContinuousClock.Instant, includingKeys: Bool) -> Event? {
        while pending.isEmpty {
            var sources = [
                pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0),
                pollfd(fd: includingKeys ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0),
            ]
            let left = max((deadline - .now) / .milliseconds(1), 0)
            let count = poll(&sources, 2, Int32(min(left.rounded(.up), 1e9)))
            if count == 0 { return nil }
            guard count > 0 else { continue }
            if sources[0].revents != 0 { readSignal() }
            if sources[1].revents != 0 { readKeys() }
        }
        return pending.removeFirst()
    }

    private func readSignal() {
        var byte: UInt8 = 0
        guard read(pipe.reading, &byte, 1) == 1 else { return }
        switch Int32(byte) {
        case SIGWINCH: pending.append(.resized)
        case SIGTSTP: pending.append(.suspended)
        case SIGCONT: pending.append(.resumed)
        case let signal: pending.append(.ended(signal))
        }
    }

    private func readKeys() {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        guard count > 0 || (count < 0 && errno == EINTR) else { return pending.append(.ended(0)) }
        pending += TerminalKeys.characters(in: bytes.prefix(max(count, 0))).map { .key($0) }
    }
}
