import Glibc

/// A command that waits for signals instead of dying of them.
protocol SignalWaiting {
    /// The signals it waits for.
    static var signals: [Int32] { get }
}

/// Waits for signals on a thread of its own, where their handling may do anything.
enum SignalThread {
    /// Keeps `signals` from the calling thread and those it starts, so that they wait for ``start(_:handling:)``.
    static func block(_ signals: [Int32]) {
        var set = set(of: signals)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Calls `handle` with each of `signals` that comes, until the process ends.
    ///
    /// They must be blocked in every thread.
    static func start(_ signals: [Int32], handling handle: @escaping @Sendable (Int32) -> Void) {
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
            while true {
                var signal: Int32 = 0
                if sigwait(&set, &signal) == 0 { handle(signal) }
            }
        }
    }
}
