import ArbiterCore
import Logging

/// What the operator reads of workers in the log.
extension ArbiterLoop {
    /// Says why a worker is killed.
    func logKill(_ worker: WorkerID, _ cause: KillCause) {
        let text =
            switch cause {
            case .overran(_, let app): "a call of \(name(app)) went on past its deadline"
            case .initTimeout:
                "it didn't load its apps in \(configuration.initTimeout.seconds) s"
                    + (workers[worker]?.opening.map { ", and was at \(name($0))" } ?? "")
            case .lingered: "it didn't end in \(configuration.gracefulTimeout.seconds) s"
            case .fault(let what): "it broke the lane protocol: \(what)"
            case .stopping: "the arbiter stops at once"
            case .superseded: "it was still loading when another took its place"
            }
        logger.warning("Killing a worker", metadata: ["worker": "\(worker.rawValue)", "cause": "\(text)"])
    }

    /// Says what the core reports.
    func log(_ report: Report) {
        switch report {
        case .ready(let worker, let slot):
            logger.info(
                "Worker is ready",
                metadata: [
                    "worker": "\(worker.rawValue)", "slot": "\(slot.rawValue)", "pid": "\(workers[worker]?.pid ?? 0)",
                ]
            )
        case .ended(let worker, let slot, let exit, let expected, let next):
            logger.log(
                level: expected ? .info : .error,
                "Worker ended",
                metadata: [
                    "worker": "\(worker.rawValue)", "slot": "\(slot.rawValue)", "exit": "\(exit.words)",
                    "replaced": "\(next.map { $0 == .zero ? "now" : "in \($0.seconds) s" } ?? "no")",
                ]
            )
        case .crashLooping(let slot, let apps, let cause):
            logger.critical(
                "Workers of a slot fail to boot again and again; calls of its apps fail until one succeeds",
                metadata: [
                    "slot": "\(slot.rawValue)", "apps": "\(apps.map(name).joined(separator: ", "))",
                    "cause": "\(cause)",
                ]
            )
        case .recovered(let slot, let apps):
            logger.notice(
                "Workers of a slot boot again",
                metadata: [
                    "slot": "\(slot.rawValue)", "apps": "\(apps.map(name).joined(separator: ", "))",
                ]
            )
        case .exiled(let app, let slot, let cause):
            logger.error(
                "An app fails in workers that it shares; it gets workers of its own, and the others go on without it",
                metadata: ["app": "\(name(app))", "slot": "\(slot.rawValue)", "cause": "\(cause)"]
            )
        case .replacing(let worker, let slot, let cause):
            logger.info(
                "Replacing a worker",
                metadata: [
                    "worker": "\(worker.rawValue)", "slot": "\(slot.rawValue)", "cause": "\(cause.words)",
                ]
            )
        case .replacementFailed(let worker, let slot, let cause):
            logger.error(
                "A worker's replacement failed; the old one serves on",
                metadata: ["worker": "\(worker.rawValue)", "slot": "\(slot.rawValue)", "cause": "\(cause)"]
            )
        case .quarantined(let fingerprint, let app):
            logger.error(
                "A call has killed so many workers that it is refused from now on",
                metadata: ["app": "\(name(app))", "call": "\(String(fingerprint, radix: 16))"]
            )
        }
    }
}
