import ArbiterCore
import Subprocess

extension WorkerExit {
    /// How a process of ours ended, in the core's words.
    init(_ status: TerminationStatus) {
        self =
            switch status {
            case .exited(let code): .exited(code)
            case .signaled(let signal): .signalled(signal)
            }
    }
}
