/// What an app needs of the worker it lives in.
public struct Placement: OptionSet, Sendable {
    /// The raw bits.
    public let rawValue: UInt8

    /// The needs of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// All calls, `init` and `close` on one and the same OS thread; for libraries with thread-bound state (OpenGL, some
    /// Python).
    public static let pinned = Placement(rawValue: 1 << 0)
    /// No other app in the process; for runtimes that must be alone (Go, Python).
    public static let exclusive = Placement(rawValue: 1 << 1)
}
