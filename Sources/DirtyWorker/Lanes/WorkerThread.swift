import CDirtyWorker
import Glibc

/// Threads of the worker that may run plugin code: plain threads with large stacks, which may block.
struct WorkerThread {
    private let thread: pthread_t

    /// Plugin code gets what it would have on a main thread.
    private static let stackBytes = 8 << 20

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// Starts a thread that runs `body`, as lane `lane` if that is one.
    ///
    /// Ends the process if there are no more threads.
    static func start(lane: Int?, _ body: @escaping @Sendable () -> Void) -> WorkerThread {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(body)).toOpaque()
        let result = dirty_thread_start(
            lane.map(Int32.init) ?? DIRTY_NO_LANE,
            stackBytes,
            { context in Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run() },
            context,
            &thread
        )
        guard result == 0 else {
            DirtyWorker.fail(
                "dirty-worker stops: can't start a thread: \(String(errorNumber: -result)); lower dirty_threads or raise "
                    + "the limit of processes",
                ExitCode.noResources
            )
        }
        return WorkerThread(thread: thread)
    }

    /// Waits until the thread has ended.
    func join() {
        pthread_join(thread, nil)
    }
}
