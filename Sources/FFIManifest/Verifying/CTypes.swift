/// What the types of a manifest may be in C.
struct CTypes {
    let manifest: Manifest

    /// The types that a parameter may have; empty if only the header's author knows.
    func of(_ parameter: ManifestParameter) -> [String] {
        if let type = parameter.cType { return [type] }
        let comesOut = parameter.direction != .input
        switch parameter.type {
        case .scalar(let scalar): return scalar.cTypes.map { comesOut ? "\($0) *" : $0 }
        case .text:
            if !comesOut { return Self.pointers(to: ["char", "unsigned char", "void"]) }
            return parameter.capacity == nil
                ? ["char **", "const char **", "unsigned char **", "const unsigned char **"]
                : ["char *", "unsigned char *"]
        case .bytes:
            if !comesOut { return Self.pointers(to: ["void", "unsigned char", "char"]) }
            return parameter.capacity == nil && parameter.direction == .output
                ? ["void **", "unsigned char **", "char **"] : ["void *", "unsigned char *", "char *"]
        case .array(let element): return of(element, comesOut: comesOut)
        case .structure(let name): return [structure(name)]
        case .reference(let name):
            return comesOut ? ["\(structure(name)) *"] : Self.pointers(to: [structure(name)])
        case .handle(let name):
            let type = handle(name)
            return comesOut ? ["\(type) *"] : [type, "const __typeof__(*(\(type))0) *"]
        case .callback(let name): return callback(name)
        case .null: return ["void *", "const void *"]
        case .void: return ["void"]
        }
    }

    /// The types that a result may have.
    func of(_ result: ManifestResult) -> [String] {
        if let type = result.cType { return [type] }
        switch result.type {
        case .scalar(let scalar): return scalar.cTypes
        case .text: return Self.pointers(to: ["char", "unsigned char"])
        case .bytes: return Self.pointers(to: ["void", "unsigned char", "char"])
        case .structure(let name): return [structure(name)]
        case .reference(let name): return Self.pointers(to: [structure(name)])
        case .handle(let name): return [handle(name), "const __typeof__(*(\(handle(name)))0) *"]
        case .null: return ["void *", "const void *"]
        case .void: return ["void"]
        case .array, .callback: return []
        }
    }

    /// The types that a struct's field may have.
    func of(_ field: ManifestStruct.FieldType) -> [String] {
        switch field {
        case .scalar(let scalar): scalar.cTypes
        case .structure(let name): [structure(name)]
        case .text: Self.pointers(to: ["char", "unsigned char"])
        case .null: []
        }
    }

    /// How C calls a struct.
    func structure(_ name: String) -> String { manifest.structs[name]?.cType ?? name }

    /// How C calls a handle's pointer.
    func handle(_ name: String) -> String { manifest.handles[name]?.cType ?? "void *" }

    /// What a parameter may be when a type of the manifest's is wrong: all that a message could name.
    var everything: [String] {
        let scalars = [
            "char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long",
            "unsigned long", "long long", "unsigned long long", "float", "double", "long double", "_Bool",
        ]
        let structures = manifest.structs.keys.sorted().map(structure)
        let handles = manifest.handles.keys.sorted().map(handle)
        return ["void"] + scalars + structures + Self.pointers(to: ["void"] + scalars + structures) + handles
            + ["char **", "const char **", "unsigned char **", "void **"] + handles.map { "\($0) *" }
    }

    private func of(_ element: ManifestType.Element, comesOut: Bool) -> [String] {
        switch element {
        case .scalar(let scalar): comesOut ? scalar.cTypes.map { "\($0) *" } : Self.pointers(to: scalar.cTypes)
        case .structure(let name): comesOut ? ["\(structure(name)) *"] : Self.pointers(to: [structure(name)])
        case .text: ["char **", "const char **", "char *const *", "const char *const *"]
        }
    }

    private func callback(_ name: String) -> [String] {
        guard let callback = manifest.callbacks[name] else { return [] }
        if let type = callback.cType { return [type] }
        return ["", "const "].map { qualifier in
            let parameters = callback.parameters.map { parameter in
                switch parameter {
                case .null: "void *"
                case .scalar(let scalar): scalar.cTypes[0]
                case .text: "\(qualifier)char *"
                case .bytes: "\(qualifier)void *"
                case .texts: "\(qualifier)char **"
                }
            }
            return "\(callback.result?.cTypes[0] ?? "void") (*)(\(parameters.joined(separator: ", ")))"
        }
    }

    private static func pointers(to types: [String]) -> [String] {
        types.flatMap { ["const \($0) *", "\($0) *"] }
    }
}
