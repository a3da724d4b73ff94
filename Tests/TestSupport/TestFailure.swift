/// Something that a test counted on didn't happen.
public struct TestFailure: Error, CustomStringConvertible {
    /// What was awaited, and what came instead.
    public let description: String

    /// A failure that says `description`.
    public init(_ description: String) {
        self.description = description
    }
}
