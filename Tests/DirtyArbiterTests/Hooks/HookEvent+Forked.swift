@testable import DirtyArbiter

extension HookEvent {
    /// What is told of a worker that was started, of no app.
    static func forked(_ worker: Int) -> HookEvent {
        HookEvent(
            moment: .postFork,
            pid: 1,
            worker: worker,
            slot: 0,
            apps: [],
            generation: 0,
            cause: .start,
            exit: nil
        )
    }
}
