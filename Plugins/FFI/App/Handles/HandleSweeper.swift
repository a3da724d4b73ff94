import DirtyKit
import Glibc

/// Frees handles whose time is up, on a thread of its own, while no call runs.
///
/// `@unchecked`: `handles` and `isStopped` are touched with the turn taken, `thread` by who makes and stops it.
final class HandleSweeper: @unchecked Sendable {
    private let handles: HandleTable
    private let turn: Turn
    private var isStopped = false
    private var thread = pthread_t()

    /// Starts the thread.
    init(_ handles: HandleTable, _ turn: Turn) throws {
        self.handles = handles
        self.turn = turn
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread,
            nil,
            { context in
                Unmanaged<HandleSweeper>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        guard code == 0 else {
            context.release()
            throw AppError(.internal, "no thread can be made to free handles: \(String(cString: strerror(code)))")
        }
    }

    /// Ends the thread, and waits for that.
    func stop() {
        turn.take()
        isStopped = true
        turn.wake()
        turn.leave()
        pthread_join(thread, nil)
    }

    private func run() {
        turn.take()
        defer { turn.leave() }
        while !isStopped {
            // Whoever makes a handle wakes this thread; and a use only puts the end off.
            turn.wait(until: handles.sweep() ?? .max)
        }
    }
}
