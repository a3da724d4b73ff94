/// Logs to the host, which writes the line with the worker's id and the app's name.
///
/// Shaped like swift-log's `Logger`, so that code can move between the two. Free-threaded.
///
/// ```swift
/// logger.info("model loaded", metadata: ["layers": "\(count)"])
/// ```
public struct AppLogger: Sendable {
    /// How grave a message is.
    public enum Level: Int32, Sendable, Comparable, CaseIterable {
        /// For who develops the plugin.
        case debug = 0
        /// What normally happens.
        case info = 1
        /// Should not be, but goes on.
        case warning = 2
        /// Something failed.
        case error = 3

        /// From debug to error.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// The least grave level that is passed on; ``Level/debug`` unless set.
    ///
    /// (The host filters too.)
    public var logLevel = Level.debug
    private var metadata: [String: String] = [:]
    private let host: Host

    init(host: Host) { self.host = host }

    /// A fact that every later message of this copy carries.
    public subscript(metadataKey key: String) -> String? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Logs a message of the given level.
    /// - Parameters:
    ///   - level: How grave it is.
    ///   - message: What happened; not evaluated if the level is below ``logLevel``.
    ///   - metadata: Facts, appended as `key=value`.
    public func log(
        level: Level,
        _ message: @autoclosure () -> String,
        metadata: @autoclosure () -> [String: String] = [:]
    ) {
        guard level >= logLevel else { return }
        var line = message()
        for (key, value) in self.metadata.merging(metadata(), uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key })
        {
            line += " \(key)=\(value)"
        }
        host.log(level.rawValue, line)
    }

    /// Logs what only who develops the plugin wants to know.
    public func debug(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .debug, message(), metadata: metadata())
    }

    /// Logs what normally happens.
    public func info(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .info, message(), metadata: metadata())
    }

    /// Logs what should not be, but goes on.
    public func warning(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .warning, message(), metadata: metadata())
    }

    /// Logs a failure.
    public func error(_ message: @autoclosure () -> String, metadata: @autoclosure () -> [String: String] = [:]) {
        log(level: .error, message(), metadata: metadata())
    }
}
