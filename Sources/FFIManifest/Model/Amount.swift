/// How much: a capacity or a length, in bytes or in an array's elements.
public indirect enum Amount: Hashable, Sendable {
    /// Always so much.
    case fixed(Int)
    /// What a parameter says: its number, or the length of its buffer.
    case parameter(Int)
    /// What a function of the library says.
    case function(AmountFunction)
}

/// A function of a library that says how much, such as `compressBound`.
public struct AmountFunction: Hashable, Sendable {
    /// Its symbol.
    public var symbol: String
    /// What it is given.
    public var arguments: [Argument]
    /// The type of its result, and of the lengths it is given.
    public var type: Scalar
    /// What it may say at most.
    public var maximum: Int

    /// What the function is given.
    public enum Argument: Hashable, Sendable {
        /// The length of a parameter's buffer.
        case length(Int)
        /// A parameter's own value.
        case parameter(Int)
        /// A number.
        case number(Int64)
    }
}
