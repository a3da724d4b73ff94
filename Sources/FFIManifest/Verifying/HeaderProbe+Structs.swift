extension HeaderProbe {
    /// Appends what holds a struct against the headers: its size, and each field's place and type.
    func appendStruct(_ name: String, to text: inout String) {
        guard let structure = manifest.structs[name] else { return }
        let (type, place) = (types.structure(name), "/structs/\(Place.escaped(name))")
        if let size = structure.byteCount {
            append("sizeof(\(type)) == \(size)", "its size is another", at: place + "/size", to: &text)
        }
        text += line(at: place) + "struct dirty_\(name.filter(\.isLetter))_\(name.utf8.count) {"
        for field in structure.fields {
            text += " \(types.of(field.type).first ?? "void *") \(field.name);"
        }
        text += " };\n"
        let ours = "struct dirty_\(name.filter(\.isLetter))_\(name.utf8.count)"
        append("sizeof(\(type)) == sizeof(\(ours))", "in the header it has another size", at: place, to: &text)
        for (index, field) in structure.fields.enumerated() {
            let pointer = "\(place)/fields/\(index)"
            append(
                "offsetof(\(type), \(field.name)) == offsetof(\(ours), \(field.name))",
                "the header has the field at another place",
                at: pointer,
                to: &text
            )
            let conditions = types.of(field.type).map {
                "__builtin_types_compatible_p(__typeof__(((\(type) *)0)->\(field.name)), \($0))"
            }
            guard !conditions.isEmpty else { continue }
            append(
                conditions.joined(separator: " || "),
                "in the header its type is not \(words(field.type))",
                at: pointer + "/1",
                to: &text
            )
        }
    }

    private func words(_ type: ManifestStruct.FieldType) -> String {
        switch type {
        case .scalar(let scalar): scalar.rawValue
        case .structure(let name): "struct:\(name)"
        case .text: "cstr"
        case .null: "null"
        }
    }
}
