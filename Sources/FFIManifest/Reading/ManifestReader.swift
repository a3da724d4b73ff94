/// Reads a manifest part by part.
///
/// It goes on after a mistake, so that all are told at once.
struct ManifestReader {
    let findings: Findings
    let read: PlaceReader

    init(_ findings: Findings) {
        self.findings = findings
        read = PlaceReader(findings)
    }

    /// The whole manifest; nil if it can't be read at all.
    func manifest(_ place: Place) -> Manifest? {
        let keys = [
            "$schema", "dirty_ffi", "name", "version", "doc", "strict", "libraries", "structs", "handles", "callbacks",
            "functions",
        ]
        guard read.object(place, keys: keys, needed: ["dirty_ffi", "libraries", "functions"]) else { return nil }
        if let version = place["dirty_ffi"], version.value != .int(Manifest.formatVersion) {
            findings.add(
                version,
                "should be \(Manifest.formatVersion), the version of the format, got \(version.value.words)"
            )
        }
        let functions = FunctionReader(findings)
        return Manifest(
            name: read.text(place["name"]),
            version: read.text(place["version"]),
            about: read.text(place["doc"]) ?? "",
            isStrict: read.flag(place["strict"]),
            libraries: named(place["libraries"], library),
            structs: named(place["structs"], structure),
            handles: named(place["handles"], handle),
            callbacks: named(place["callbacks"]) { CallbackReader(findings).callback($0) },
            functions: read.mapping(place["functions"]).compactMap { functions.function($0.name, $0.place) }
        )
    }

    private func named<Part>(_ place: Place?, _ make: (Place) -> Part?) -> [String: Part] {
        var parts: [String: Part] = [:]
        for (name, member) in read.mapping(place) {
            parts[name] = make(member)
        }
        return parts
    }

    private func library(_ place: Place) -> ManifestLibrary? {
        let keys = ["soname", "path", "sha256", "symbols_only", "headers", "include_dirs", "defines", "doc"]
        guard read.object(place, keys: keys) else { return nil }
        let soname = read.text(place["soname"])
        let path = read.text(place["path"])
        if let soname, soname.contains("/") {
            findings.add(place["soname"] ?? place, "\"\(soname)\" is a path; say \"path\" instead")
        }
        if place["soname"] != nil, place["path"] != nil {
            findings.add(place, "has a \"soname\" and a \"path\"; one of them says where the library is")
        }
        guard let file = soname ?? path.map({ $0.contains("/") ? $0 : "./" + $0 }) else {
            if place["soname"] == nil, place["path"] == nil {
                findings.add(place, "says neither \"soname\" nor \"path\"")
            }
            return nil
        }
        return ManifestLibrary(
            file: file,
            sha256: pin(place["sha256"]),
            symbolsOnly: place["symbols_only"].map { Set(read.texts($0)) },
            headers: read.texts(place["headers"]),
            includeDirectories: read.texts(place["include_dirs"]),
            defines: read.texts(place["defines"])
        )
    }

    private func pin(_ place: Place?) -> String? {
        guard let place, let text = read.text(place)?.lowercased() else { return nil }
        guard text.utf8.count == 64, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else {
            findings.add(place, "should be 64 hexadecimal digits, as sha256sum prints, got \(place.value.words)")
            return nil
        }
        return text
    }

    private func handle(_ place: Place) -> ManifestHandle? {
        let keys = ["lib", "free", "max", "ttl_s", "serial", "c", "doc"]
        guard read.object(place, keys: keys, needed: ["lib"]), let library = read.text(place["lib"]) else { return nil }
        if let serial = place["serial"], !read.flag(serial) {
            findings.add(serial, "should be true: an app of this plugin runs one call at a time in each worker")
        }
        var timeToLive: Double?
        if let place = place["ttl_s"], let seconds = read.number(place)?.double {
            if seconds > 0, seconds <= 1e9 {
                timeToLive = seconds
            } else {
                findings.add(place, "should be a number of seconds above 0, got \(place.value.words)")
            }
        }
        return ManifestHandle(
            library: library,
            free: read.symbol(place["free"]),
            maximum: read.count(place["max"], in: 1...65536) ?? 64,
            timeToLive: timeToLive,
            cType: read.text(place["c"])
        )
    }

    private func structure(_ place: Place) -> ManifestStruct? {
        guard read.object(place, keys: ["fields", "size", "c", "doc"], needed: ["fields"]) else { return nil }
        var fields: [ManifestStruct.Field] = []
        for field in read.elements(place["fields"], of: "[name, type]") {
            guard let parts = field.elements, parts.count == 2 else {
                findings.add(field, "should be [name, type], got \(field.value.words)")
                continue
            }
            guard let name = read.symbol(parts[0]), let type = read.type(parts[1]) else { continue }
            if fields.contains(where: { $0.name == name }) { findings.add(field, "a second field named \"\(name)\"") }
            switch type {
            case .scalar(let scalar): fields.append(.init(name: name, type: .scalar(scalar)))
            case .structure(let inner): fields.append(.init(name: name, type: .structure(inner)))
            case .text: fields.append(.init(name: name, type: .text))
            case .null: fields.append(.init(name: name, type: .null))
            case .bytes, .array, .reference, .handle, .callback, .void:
                findings.add(parts[1], "a field is a scalar, struct:NAME, cstr or null, not \(type.text)")
            }
        }
        if fields.isEmpty { findings.add(place, "a struct has at least one field") }
        return ManifestStruct(
            fields: fields,
            byteCount: read.count(place["size"], in: 1...65536),
            cType: read.text(place["c"])
        )
    }
}
