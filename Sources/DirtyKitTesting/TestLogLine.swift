public import DirtyKit

/// A line that an app logged.
public struct TestLogLine: Hashable, Sendable {
    /// How grave it is.
    public let level: AppLogger.Level
    /// The message, with its metadata.
    public let message: String

    /// A line to compare with.
    public init(level: AppLogger.Level, message: String) {
        self.level = level
        self.message = message
    }
}
