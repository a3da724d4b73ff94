/// What a function returns, and what that means.
public struct ManifestResult: Sendable {
    /// Its type.
    public var type: ManifestType
    /// Which results are failures.
    public var check: Check
    /// Where a failure's message comes from; nil if only ``names`` say something.
    public var message: Message?
    /// Names of results, such as `Z_BUF_ERROR`.
    public var names: [Int64: String]
    /// Whether the caller gets it.
    public var isReturned: Bool
    /// Whether it may be null.
    public var isNullable: Bool
    /// Who frees what it points to.
    public var ownership: Ownership
    /// How many bytes it points to, for `bytes`.
    public var length: Amount?
    /// Bytes that it may have at most.
    public var maximumCount: Int
    /// The handle parameter that a new handle depends on.
    public var parent: Int?
    /// How C writes the type, where that can't be told from ``type``.
    public var cType: String?

    /// Which results are failures: those that break any of the rules said.
    public struct Check: Sendable {
        /// The only good results; nil for no such rule.
        public var accepted: [Int64]?
        /// The least good result.
        public var least: Int64?
        /// The greatest good result.
        public var greatest: Int64?
        /// Whether null is a failure.
        public var isNonNull: Bool
        /// Whether an `errno` other than 0 is a failure.
        public var isErrno: Bool

        /// No result is a failure.
        static let none = Check(accepted: nil, least: nil, greatest: nil, isNonNull: false, isErrno: false)
    }

    /// Where the message of a failure comes from.
    public enum Message: Hashable, Sendable {
        /// A function of the library that returns text.
        case function(symbol: String, arguments: [MessageArgument])
        /// An out parameter of type `cstr`.
        case parameter(Int)
    }

    /// What a message's function is given.
    public enum MessageArgument: Hashable, Sendable {
        /// A parameter's value.
        case parameter(Int)
        /// The function's result.
        case result
        /// The `errno` it left.
        case errno
    }
}
