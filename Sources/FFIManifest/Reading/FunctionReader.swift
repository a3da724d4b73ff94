/// Reads functions, with their parameters and results.
struct FunctionReader {
    let findings: Findings
    let read: PlaceReader

    init(_ findings: Findings) {
        self.findings = findings
        read = PlaceReader(findings)
    }

    /// The function under `name`; nil if it can't be read.
    func function(_ name: String, _ place: Place) -> ManifestFunction? {
        let keys = ["lib", "symbol", "doc", "params", "result", "variadic_after", "blocking", "timeout_ms"]
        guard read.object(place, keys: keys, needed: ["lib", "params", "result"]) else { return nil }
        let isPlain = name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        if name.isEmpty || !isPlain { findings.add(place, "a function's name has no white space and isn't empty") }
        let places = read.elements(place["params"], of: "parameters")
        let names = places.map { place -> String in
            if case .string(let name) = place["name"]?.value { name } else { "" }
        }
        if places.count > ManifestFunction.maximumParameters {
            findings.add(
                place["params"] ?? place,
                "has \(places.count) parameters; a function here has at most \(ManifestFunction.maximumParameters)"
            )
        }
        let parameters = ParameterReader(findings, names: names)
        _ = read.flag(place["blocking"])
        let symbol: String?
        if let place = place["symbol"] {
            symbol = read.symbol(place)
        } else {
            symbol = read.symbol(Place(.string(name), place.pointer))
        }
        guard let library = read.text(place["lib"]), let symbol, let result = place["result"] else { return nil }
        let list = places.compactMap { parameters.parameter($0) }
        let itsResult = ResultReader(findings, names: names).result(result)
        // With one parameter missing, the others' positions would be wrong.
        guard list.count == places.count, let result = itsResult else { return nil }
        return ManifestFunction(
            name: name,
            about: read.text(place["doc"]) ?? "",
            library: library,
            symbol: symbol,
            parameters: list,
            variadicAfter: read.count(place["variadic_after"], in: 1...Int64(ManifestFunction.maximumParameters)),
            result: result,
            timeLimitMilliseconds: read.count(place["timeout_ms"], in: 1...86_400_000)
        )
    }
}
