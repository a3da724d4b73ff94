import Glibc

/// Whose turn it is to use the libraries: a call's, or that of who frees handles whose time is up.
///
/// Held over calls into libraries, which is what it is for: they are not to be entered twice. Never taken by a thread
/// that has it.
///
/// `@unchecked`: POSIX mutexes and conditions are for any thread; only the pointers are kept.
final class Turn: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Times to live are on this clock, which nobody sets.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Waits for the turn.
    func take() { pthread_mutex_lock(mutex) }

    /// Gives it up.
    func leave() { pthread_mutex_unlock(mutex) }

    /// Gives it up until somebody calls ``wake()`` or `time` is there, in nanoseconds of CLOCK_MONOTONIC, and takes it again.
    func wait(until time: UInt64) {
        var time = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
        pthread_cond_timedwait(condition, mutex, &time)
    }

    /// Wakes who waits; with the turn taken.
    func wake() { pthread_cond_broadcast(condition) }
}
