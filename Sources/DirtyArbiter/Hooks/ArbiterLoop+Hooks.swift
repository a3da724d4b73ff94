import ArbiterCore
import Glibc

/// What hooks hear of workers.
extension ArbiterLoop {
    /// The process of a worker, ordered as `order` says, runs.
    func workerForked(_ order: WorkerOrder, pid: pid_t) {
        hooks.workerForked(
            order.id,
            HookEvent(
                moment: .postFork,
                pid: pid,
                worker: order.id.rawValue,
                slot: order.slot.rawValue,
                apps: order.apps.map(\.name),
                generation: order.generation,
                cause: order.cause,
                exit: nil
            )
        )
    }

    /// Tells hooks, and the service manager, what the core reports.
    func announce(_ report: Report) {
        spawnCauses.note(report)
        switch report {
        case .ready(let worker, _): hooks.workerReady(worker)
        case .ended(let worker, _, let exit, let isExpected, _):
            hooks.workerEnded(worker, exit, isExpected: isExpected)
        case .crashLooping, .recovered, .exiled, .replacing, .replacementFailed, .quarantined: break
        }
        updateServiceManager()
    }
}
