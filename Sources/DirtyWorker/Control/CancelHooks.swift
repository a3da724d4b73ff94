import Glibc
import Synchronization

/// The thread that calls plugins' `cancel`: neither the control thread nor a lane may be held up by a plugin there.
final class CancelHooks: @unchecked Sendable {
    // Unchecked for `wake`, a semaphore.

    /// What is to be told.
    ///
    /// Nil ends the thread.
    private let queue = Mutex<[Request?]>([])
    private let wake: UnsafeMutablePointer<sem_t>
    private let lanes: [Lane]
    private let thread = Mutex<WorkerThread?>(nil)

    /// A call that isn't wanted.
    private struct Request {
        var lane: Int
        var call: UInt64
        var why: Int32
    }

    /// Starts the thread.
    init(lanes: [Lane]) {
        self.lanes = lanes
        wake = .allocate(capacity: 1)
        sem_init(wake, 0, 0)
        let started = WorkerThread.start(lane: nil) { self.run() }
        thread.withLock { $0 = started }
    }

    /// Has the plugin told that `call` isn't wanted.
    ///
    /// Any thread.
    func cancel(lane: Int, call: UInt64, why: Int32) {
        queue.withLock { $0.append(Request(lane: lane, call: call, why: why)) }
        sem_post(wake)
    }

    /// Ends the thread, and waits until it is in no plugin.
    ///
    /// Called once.
    func stop() {
        queue.withLock { $0.append(nil) }
        sem_post(wake)
        thread.withLock { $0.take() }?.join()
    }

    private func run() {
        while true {
            while sem_wait(wake) != 0 {}
            guard let request = queue.withLock({ $0.removeFirst() }) else { return }
            if lanes.indices.contains(request.lane) {
                lanes[request.lane].callCancelHook(request.call, why: request.why)
            }
        }
    }
}
