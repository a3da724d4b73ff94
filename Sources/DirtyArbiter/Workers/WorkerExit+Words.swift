import ArbiterCore
import CDirtyLink

extension WorkerExit {
    /// The exit as a person says it.
    var words: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .signalled(let signal): "ended by signal \(signal) (\(Self.name(of: signal)))"
        case .notStarted(let reason): "not started: \(reason)"
        }
    }

    /// A signal's name, such as `SIGSEGV`.
    static func name(of signal: Int32) -> String {
        guard let abbreviation = dirty_signal_name(signal) else { return "signal \(signal)" }
        return "SIG" + String(cString: abbreviation)
    }
}
