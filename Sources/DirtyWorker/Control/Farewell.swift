import Glibc

/// Lets a thread wait until the arbiter has said bye.
final class Farewell: @unchecked Sendable {
    // Unchecked: a semaphore is made to be shared, and this one lives as long as the process.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        sem_init(semaphore, 0, 0)
    }

    /// Notes that the arbiter has said it.
    ///
    /// Any thread.
    func say() {
        sem_post(semaphore)
    }

    /// Returns once it has been said.
    ///
    /// One thread.
    func wait() {
        while sem_wait(semaphore) == -1 {}
    }
}
