/// A value in a manifest, and where it stands.
struct Place {
    let value: ManifestValue
    /// RFC 6901.
    let pointer: String

    /// The whole manifest.
    init(_ value: ManifestValue) {
        self.init(value, "")
    }

    init(_ value: ManifestValue, _ pointer: String) {
        self.value = value
        self.pointer = pointer
    }

    /// The member `name`; nil if there is none.
    subscript(name: String) -> Place? {
        value[name].map { Place($0, pointer + "/" + Self.escaped(name)) }
    }

    /// The elements; nil if this is no array.
    var elements: [Place]? {
        guard case .array(let values) = value else { return nil }
        return values.enumerated().map { Place($1, "\(pointer)/\($0)") }
    }

    /// The members; nil if this is no object.
    var members: [(name: String, place: Place)]? {
        guard case .object(let members) = value else { return nil }
        return members.map { ($0.name, Place($0.value, pointer + "/" + Self.escaped($0.name))) }
    }

    /// `name` as a part of a pointer.
    static func escaped(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
