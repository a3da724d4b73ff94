/// How much a line of the log matters: the levels of `DirtyHost.log`.
enum LogLevel: Int32 {
    case debug = 0
    case info = 1
    case warning = 2
    case error = 3

    /// The level's prefix, as sd-daemon defines it: the arbiter tells levels by it.
    var linePrefix: [UInt8] {
        switch self {
        case .debug: Array("<7>".utf8)
        case .info: Array("<6>".utf8)
        case .warning: Array("<4>".utf8)
        case .error: Array("<3>".utf8)
        }
    }
}
