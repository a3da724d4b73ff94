import CDirtyWorker
import Glibc

/// The arbiter said something that no arbiter of this build says, or a link broke in a way it can't.
struct LinkFault: Error {
    /// What was said, and how it is wrong.
    let message: String

    init(_ message: String) {
        self.message = message
    }

    /// Ends the process: there is nobody to tell but the log.
    func die() -> Never {
        DirtyWorker.fail("dirty-worker stops: \(message)", ExitCode.linkFault)
    }
}

extension String {
    /// The system's text for an errno.
    init(errorNumber: Int32) {
        self = Glibc.strerror(errorNumber).map { String(cString: $0) } ?? "error \(errorNumber)"
    }
}
