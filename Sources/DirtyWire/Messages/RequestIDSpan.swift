/// Where a message's id lies: a string or an integer that the answer repeats as it came.
public struct RequestIDSpan: Hashable, Sendable {
    /// The id's bytes, of a string with its quotes.
    ///
    /// Two ids are the same if these bytes are.
    public var range: Range<Int>
    /// Whether it is a string; else it is an integer.
    public var isString: Bool

    /// The most bytes an id may have.
    public static let maxBytes = 256
}
