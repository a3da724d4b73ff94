import Glibc

/// A command that waits for signals instead of dying of them.
protocol SignalWaiting {
    /// The signals it waits for.
    static var signals: [Int32] { get }
}

/// Waits for signals on a thread of its own, where their handling may do anything.
///
/// They come over a pipe from a handler, not by `sigwait(3)`: a thread that somebody else starts may have them unblocked (the
/// one by which swift-subprocess waits for processes does), and a signal that the kernel hands to that one must not kill
/// us.
enum SignalThread {
    /// Keeps `signals` from the calling thread and those it starts, so that they wait for ``start(_:handling:)``.
    static func block(_ signals: [Int32]) {
        var set = set(of: signals)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Undoes ``block(_:)`` for the calling thread: until they are blocked again the signals do what they do by default.
    static func unblock(_ signals: [Int32]) {
        var set = set(of: signals)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// Calls `handle` with each of `signals` that comes, until the process ends.
    ///
    /// They must be blocked in every thread that is ours. To be called once.
    static func start(_ signals: [Int32], handling handle: @escaping @Sendable (Int32) -> Void) {
        SignalPipe.open()
        for signal in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { SignalPipe.write($0) }
            action.sa_flags = Int32(SA_RESTART)
            sigaction(signal, &action, nil)
        }
        let waiting = Unmanaged.passRetained(Waiting(set: set(of: signals), handle: handle))
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { context in
                if let context { Unmanaged<Waiting>.fromOpaque(context).takeRetainedValue().loop() }
                return nil
            },
            waiting.toOpaque()
        )
        precondition(result == 0, "no thread can be started: \(String(cString: strerror(result)))")
        pthread_detach(thread)
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals {
            sigaddset(&set, signal)
        }
        return set
    }

    /// What the thread is handed.
    private final class Waiting {
        private var set: sigset_t
        private let handle: @Sendable (Int32) -> Void

        init(set: sigset_t, handle: @escaping @Sendable (Int32) -> Void) {
            self.set = set
            self.handle = handle
        }

        func loop() -> Never {
            pthread_sigmask(SIG_UNBLOCK, &set, nil)
            while true {
                if let signal = SignalPipe.read() { handle(signal) }
            }
        }
    }
}

/// The pipe from the signal handler to the thread that acts on signals.
private enum SignalPipe {
    // Set once, by `open`, before there is a handler or a thread that reads them.
    nonisolated(unsafe) private static var ends: (reading: Int32, writing: Int32) = (-1, -1)

    static func open() {
        var pair: [Int32] = [-1, -1]
        precondition(pipe(&pair) == 0, "no pipe can be made: \(String(cString: strerror(errno)))")
        for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A handler must not wait: when the pipe is full, thousands of signals are on their way already.
        _ = fcntl(pair[1], F_SETFL, O_NONBLOCK)
        ends = (pair[0], pair[1])
    }

    /// Called in a signal handler: does nothing but one system call.
    static func write(_ signal: Int32) {
        let before = errno
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = Glibc.write(ends.writing, &byte, 1)
        errno = before
    }

    /// The next signal; nil if a signal interrupted the wait for it.
    static func read() -> Int32? {
        var byte: UInt8 = 0
        return Glibc.read(ends.reading, &byte, 1) == 1 ? Int32(byte) : nil
    }
}
