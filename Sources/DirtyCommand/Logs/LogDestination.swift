/// Where log lines go.
enum LogDestination: Sendable {
    /// One of the process's standard streams.
    case stream(StandardStream)
    /// A file.
    case file(LogFile)

    /// Writes a line.
    func write(_ line: String) {
        switch self {
        case .stream(let stream): stream.write(line)
        case .file(let file): file.write(line)
        }
    }
}
