/// Something wrong in a manifest, and where.
public struct ManifestProblem: Hashable, Sendable, CustomStringConvertible {
    /// The place, as a JSON pointer (RFC 6901): `/functions/pow/params/0/type`; empty for the whole.
    public let pointer: String
    /// What is wrong, with the value, and what to write instead.
    public let message: String

    /// A problem at `pointer`.
    public init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }

    /// Place and message on one line.
    public var description: String { "\(pointer.isEmpty ? "/" : pointer): \(message)" }
}

/// All that is wrong in a manifest.
public struct ManifestProblems: Error, CustomStringConvertible {
    /// At least one.
    public let list: [ManifestProblem]

    init(_ list: [ManifestProblem]) { self.list = list }

    /// A line for each.
    public var description: String { list.map(\.description).joined(separator: "\n") }
}
