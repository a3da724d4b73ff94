/// The shape of a function that a library calls during a call of ours: what it is given is collected, and what it
/// returns is fixed.
public struct ManifestCallback: Sendable {
    /// What the library passes.
    public var parameters: [Parameter]
    /// What the callback returns; nil for nothing.
    public var result: Scalar?
    /// What is kept of each time it is called.
    public var collection: Collection
    /// How often it may be called before it is full.
    public var maximumItems: Int
    /// How many bytes may be collected before it is full.
    public var maximumBytes: Int
    /// What it returns while there is room.
    public var returns: ManifestValue
    /// What it returns once it is full, so that the library stops.
    public var returnsWhenFull: ManifestValue
    /// How C writes the function pointer's type; nil to make it of the parameters.
    public var cType: String?

    /// One parameter of a callback.
    public enum Parameter: Hashable, Sendable {
        /// A pointer of no interest.
        case null
        /// A number or truth value.
        case scalar(Scalar)
        /// Text, or null where `isNullable`.
        case text(isNullable: Bool)
        /// So many bytes as another parameter says.
        case bytes(count: Int)
        /// So many pointers to text as another parameter says; each may be null where `isNullable`.
        case texts(count: Int, isNullable: Bool)
    }

    /// What is kept of each time the callback is called.
    public enum Collection: Hashable, Sendable {
        /// The value of each of these parameters, in an array.
        case list([Int])
        /// The value of one parameter.
        case value(Int)
        /// An object: the texts of one parameter by the texts of another.
        case record(values: Int, keys: Int)
    }

    /// Where nothing is said.
    public static let defaultMaximumItems = 10_000
    /// Where nothing is said.
    public static let defaultMaximumBytes = 16 << 20
}
