/// A struct of C, field by field.
public struct ManifestStruct: Sendable {
    /// Its fields, in their order in memory.
    public var fields: [Field]
    /// The size it must have, in bytes; nil to trust the layout.
    public var byteCount: Int?
    /// How C calls it, such as `div_t` or `struct tm`; nil for its name here.
    public var cType: String?

    /// One field.
    public struct Field: Sendable {
        /// Its name, in C and in JSON.
        public let name: String
        /// What it holds.
        public let type: FieldType
    }

    /// What a field can be.
    public enum FieldType: Hashable, Sendable {
        /// A number or truth value.
        case scalar(Scalar)
        /// Another struct, by value.
        case structure(String)
        /// A pointer to text, lent by whoever made the struct.
        case text
        /// A pointer that is null on the way in, and not shown on the way out.
        case null
    }
}
