import Dispatch
import Synchronization

/// Waits for asynchronous work on a thread that has nothing else to do.
enum Waiting {
    /// Blocks the calling thread until `work` has ended.
    ///
    /// For the main thread, in place of a `main` that awaits: the latter ends in a loop of Dispatch's that unblocks every signal.
    static func forEnd(of work: @escaping @Sendable () async throws -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let outcome = Outcome()
        // Unstructured, as there is no task here to be part of; the semaphore waits for its end.
        Task.detached {
            do {
                try await work()
                outcome.set(.success(()))
            } catch {
                outcome.set(.failure(error))
            }
            done.signal()
        }
        done.wait()
        try outcome.get()
    }

    /// Carries the result from the task to the thread.
    private final class Outcome: Sendable {
        private let result = Mutex<Result<Void, any Error>>(.success(()))

        func set(_ value: Result<Void, any Error>) {
            result.withLock { $0 = value }
        }

        func get() throws {
            try result.withLock { $0 }.get()
        }
    }
}
