import Logging

/// A log that keeps its lines, each "LEVEL MESSAGE", and has something done at each.
struct RecordingLog: LogHandler {
    /// The lines.
    let lines: Diary<String>
    /// Done at each, with how many there are.
    let noted: @Sendable (Int) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    /// A logger to such a log.
    static func logger(
        _ lines: Diary<String>,
        noted: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> Logger {
        Logger(label: "test") { _ in RecordingLog(lines: lines, noted: noted) }
    }

    func log(event: LogEvent) {
        lines.note("\(event.level) \(event.message)")
        noted(lines.all.count)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
