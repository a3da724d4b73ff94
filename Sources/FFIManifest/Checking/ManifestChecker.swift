/// Finds what is wrong in a manifest only in combination: names that lead nowhere, and parts that don't go together.
struct ManifestChecker {
    let manifest: Manifest
    let findings: Findings

    init(_ manifest: Manifest, _ findings: Findings) {
        self.manifest = manifest
        self.findings = findings
    }

    /// Looks at every part.
    func check() {
        for (name, structure) in manifest.structs.sorted(by: { $0.key < $1.key }) { check(structure, name) }
        for (name, handle) in manifest.handles.sorted(by: { $0.key < $1.key }) { check(handle, name) }
        var names: Set<String> = []
        for function in manifest.functions {
            let pointer = "/functions/\(Place.escaped(function.name))"
            if !names.insert(function.name).inserted { findings.add(pointer, "there are two functions of this name") }
            FunctionChecker(manifest, function, pointer, findings).check()
        }
        if manifest.functions.isEmpty { findings.add("/functions", "has no function, so there is nothing to call") }
    }

    private func check(_ handle: ManifestHandle, _ name: String) {
        let pointer = "/handles/\(Place.escaped(name))"
        SymbolChecker(manifest, findings).check(library: handle.library, at: pointer + "/lib")
        if let free = handle.free {
            SymbolChecker(manifest, findings).check(symbol: free, in: handle.library, at: pointer + "/free")
        }
    }

    private func check(_ structure: ManifestStruct, _ name: String) {
        let pointer = "/structs/\(Place.escaped(name))"
        for (index, field) in structure.fields.enumerated() {
            guard case .structure(let inner) = field.type else { continue }
            if manifest.structs[inner] == nil {
                findings.add("\(pointer)/fields/\(index)/1", "there is no struct \"\(inner)\"")
            } else if contains(inner, name, depth: 0) {
                findings.add("\(pointer)/fields/\(index)/1", "struct \"\(name)\" would contain itself")
            }
        }
    }

    private func contains(_ outer: String, _ inner: String, depth: Int) -> Bool {
        if outer == inner || depth > 16 { return true }
        return manifest.structs[outer]?.fields.contains { field in
            if case .structure(let next) = field.type { contains(next, inner, depth: depth + 1) } else { false }
        } ?? false
    }
}

/// Finds libraries and symbols that can't be used.
struct SymbolChecker {
    let manifest: Manifest
    let findings: Findings

    init(_ manifest: Manifest, _ findings: Findings) {
        self.manifest = manifest
        self.findings = findings
    }

    func check(library: String, at pointer: String) {
        guard manifest.libraries[library] == nil else { return }
        let names = manifest.libraries.keys.sorted().joined(separator: ", ")
        findings.add(pointer, "there is no library \"\(library)\"; there are: \(names)")
    }

    func check(symbol: String, in library: String, at pointer: String) {
        if let reason = RefusedSymbols.reason(against: symbol) {
            findings.add(pointer, "\(symbol) can't be called from a manifest: \(reason)")
        }
        if let only = manifest.libraries[library]?.symbolsOnly, !only.contains(symbol) {
            findings.add(
                pointer,
                "\(symbol) is not among the symbols_only of \(library): \(only.sorted().joined(separator: ", "))"
            )
        }
    }
}
