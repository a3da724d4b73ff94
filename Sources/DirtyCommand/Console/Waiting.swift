import Glibc
import Synchronization

/// Waits for asynchronous work on a thread that has nothing else to do.
enum Waiting {
    /// Blocks the calling thread until `work` has ended.
    ///
    /// For the main thread, in place of a `main` that awaits: the latter ends in a loop of Dispatch's that unblocks every
    /// signal.
    static func forEnd(of work: @escaping @Sendable () async throws -> Void) throws {
        let end = End()
        // Unstructured, as there is no task here to be part of; what follows waits for its end.
        Task.detached {
            do {
                try await work()
                end.came(.success(()))
            } catch {
                end.came(.failure(error))
            }
        }
        try end.wait()
    }

    /// Carries the result from the task to the thread.
    private final class End: Sendable {
        private let result = Mutex<Result<Void, any Error>>(.success(()))
        // A POSIX semaphore may be used by any thread; only the pointer is shared, and it never changes.
        nonisolated(unsafe) private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

        init() {
            sem_init(semaphore, 0, 0)
        }

        deinit {
            sem_destroy(semaphore)
            semaphore.deallocate()
        }

        func came(_ result: Result<Void, any Error>) {
            self.result.withLock { $0 = result }
            sem_post(semaphore)
        }

        func wait() throws {
            while sem_wait(semaphore) != 0 {}
            try result.withLock { $0 }.get()
        }
    }
}
