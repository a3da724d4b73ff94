import FFIManifest

extension ManifestValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// Null.
    public init(nilLiteral: ()) { self = .null }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    public init(arrayLiteral elements: ManifestValue...) { self = .array(elements) }
    /// An object, its members in this order.
    public init(dictionaryLiteral elements: (String, ManifestValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}

extension ManifestValue {
    /// A manifest of one library with the functions `functions`, and what else is said.
    static func manifest(_ functions: ManifestValue, _ more: ManifestValue = [:]) -> ManifestValue {
        let plain: ManifestValue = [
            "dirty_ffi": 1, "libraries": ["z": ["soname": "libz.so.1", "headers": ["zlib.h"]]], "functions": functions,
        ]
        return plain.merged(with: more)
    }

    /// A manifest of one function.
    static func function(
        _ parameters: ManifestValue,
        result: ManifestValue = ["type": "c_int"],
        _ more: ManifestValue = [:]
    ) -> ManifestValue {
        let function: ManifestValue = ["lib": "z", "params": parameters, "result": result]
        return .manifest(["f": function.merged(with: more)])
    }
}

/// What is wrong in a manifest, a line for each mistake; none if it is right.
func problems(_ value: ManifestValue) -> [String] {
    do throws(ManifestProblems) {
        _ = try Manifest(value)
        return []
    } catch {
        return error.list.map(\.description)
    }
}
