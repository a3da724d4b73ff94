/// A parameter of a function of C.
public struct ManifestParameter: Sendable {
    /// Its name, for callers.
    public var name: String
    /// Its type.
    public var type: ManifestType
    /// Which way values go.
    public var direction: Direction
    /// What it means, in a sentence; may be empty.
    public var about: String
    /// What it is when the caller leaves it out; nil if it must be given.
    public var defaultValue: ManifestValue?
    /// What it always is; callers don't see it then.
    public var constant: ManifestValue?
    /// The least and the greatest number allowed; nil for what the type holds.
    public var range: Range?
    /// Numbers that are not allowed, such as a divisor of 0.
    public var forbidden: [ManifestValue]
    /// Whether it may be null.
    public var isNullable: Bool
    /// Bytes, or elements, that it may have at most.
    public var maximumCount: Int
    /// The parameter whose length this one carries; callers don't see it then.
    public var lengthOf: Int?
    /// Room that is made for what the function writes; nil if the function makes it.
    public var capacity: Amount?
    /// How much of that room counts afterwards.
    public var filled: Filled
    /// Who frees memory that changes hands.
    public var ownership: Ownership
    /// Whether the function ends the handle that it is given.
    public var isConsumed: Bool
    /// Whether a handle is freed that the function gives though it fails.
    public var isFreedOnError: Bool
    /// The handle parameter that a new handle depends on: it is freed before that one.
    public var parent: Int?
    /// How C writes the type, where that can't be told from ``type``.
    public var cType: String?

    /// Which way a parameter's values go.
    public enum Direction: String, CaseIterable, Sendable {
        /// From the caller to the function.
        case input = "in"
        /// From the function to the caller.
        case output = "out"
        /// Both.
        case both = "inout"
    }

    /// The least and the greatest number allowed.
    public struct Range: Hashable, Sendable {
        /// The least.
        public let least: ManifestValue
        /// The greatest.
        public let greatest: ManifestValue
    }

    /// How much of a buffer counts after the call.
    public enum Filled: String, CaseIterable, Sendable {
        /// What its length parameter says; all of it if it has none.
        case all
        /// As much as the function's result says.
        case result
        /// Up to the first NUL.
        case nul
    }

    /// Whether the caller gives a value for it.
    public var isGiven: Bool {
        guard constant == nil, lengthOf == nil else { return false }
        switch (type, direction) {
        case (.null, _), (_, .output): return false
        case (.callback, _): return isNullable
        default: return true
        }
    }

    /// Whether the caller gets a value of it.
    public var isReturned: Bool {
        if case .callback = type { return true }
        return direction != .input && lengthOf == nil
    }
}

/// Who frees memory that goes from one side to the other.
public enum Ownership: Hashable, Sendable {
    /// Whoever had it before; it is copied before anything else happens.
    case borrow
    /// We free what the library has made, by this function of its.
    case free(String)
    /// The library frees what we have made, with `free`.
    case transfer
}
