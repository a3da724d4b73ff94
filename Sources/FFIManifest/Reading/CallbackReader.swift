/// Reads the shapes of callbacks.
struct CallbackReader {
    let findings: Findings
    let read: PlaceReader

    init(_ findings: Findings) {
        self.findings = findings
        read = PlaceReader(findings)
    }

    /// One callback; nil if it can't be read.
    func callback(_ place: Place) -> ManifestCallback? {
        let keys = ["params", "result", "collect", "return", "return_when_full", "c", "doc"]
        guard read.object(place, keys: keys, needed: ["params", "result"]) else { return nil }
        let parameters = read.elements(place["params"], of: "types").map { parameter($0) ?? .null }
        if parameters.count > ManifestFunction.maximumParameters {
            findings.add(
                place["params"] ?? place,
                "has \(parameters.count) parameters; a callback has at most \(ManifestFunction.maximumParameters)"
            )
        }
        var result: Scalar?
        if let place = place["result"], place.value != .string("void") { result = read.scalar(place) }
        checkCounts(place["params"], parameters)
        let collect = place["collect"]
        if let collect {
            _ = read.object(collect, keys: ["values", "keys", "value", "max_items", "max_bytes"])
        }
        let returns = returned(place, "return", result)
        return ManifestCallback(
            parameters: parameters,
            result: result,
            collection: collection(collect, parameters),
            maximumItems: read.count(collect?["max_items"], in: 1...1_000_000) ?? ManifestCallback.defaultMaximumItems,
            maximumBytes: read.count(collect?["max_bytes"], in: 1...(1 << 30)) ?? ManifestCallback.defaultMaximumBytes,
            returns: returns,
            returnsWhenFull: place["return_when_full"] == nil ? returns : returned(place, "return_when_full", result),
            cType: read.text(place["c"])
        )
    }

    /// A value that the callback returns, which its type must hold.
    private func returned(_ place: Place, _ name: String, _ result: Scalar?) -> ManifestValue {
        guard let value = place[name] else { return .int(0) }
        guard let result else {
            findings.add(value, "the callback returns nothing; leave \"\(name)\" out")
            return .int(0)
        }
        if let problem = ValueCheck.problem(value.value, of: result) { findings.add(value, problem) }
        return value.value
    }

    /// A parameter: `c_int`, `cstr?`, `bytes[#2]`, `cstr[#1]?`.
    private func parameter(_ place: Place) -> ManifestCallback.Parameter? {
        guard let text = read.text(place) else { return nil }
        var rest = text[...]
        let isNullable = rest.last == "?"
        if isNullable { rest.removeLast() }
        var count: Int?
        if rest.last == "]", let start = rest.firstRange(of: "[#") {
            count = Int(rest[start.upperBound...].dropLast())
            rest = rest[..<start.lowerBound]
            if count == nil { rest = "" }
        }
        switch (rest, count, isNullable) {
        case ("null", nil, false): return .null
        case ("cstr", nil, _): return .text(isNullable: isNullable)
        case ("cstr", let count?, _): return .texts(count: count, isNullable: isNullable)
        case ("bytes", let count?, false): return .bytes(count: count)
        default:
            if count == nil, !isNullable, let scalar = Scalar(rawValue: String(rest)) { return .scalar(scalar) }
            findings.add(
                place,
                "\"\(text)\" is no parameter of a callback; there are scalar types, null, cstr, cstr?, bytes[#N] and "
                    + "cstr[#N], where N is the parameter that says how many, counted from 0"
            )
            return nil
        }
    }

    private func checkCounts(_ place: Place?, _ parameters: [ManifestCallback.Parameter]) {
        let places = place?.elements ?? []
        for (index, parameter) in parameters.enumerated() {
            let count: Int
            switch parameter {
            case .bytes(let its), .texts(let its, _): count = its
            case .null, .scalar, .text: continue
            }
            if parameters.indices.contains(count), case .scalar(let scalar) = parameters[count], scalar.isInteger {
                continue
            }
            findings.add(places[index], "#\(count) is no integer parameter of the callback")
        }
    }

    private func collection(
        _ place: Place?,
        _ parameters: [ManifestCallback.Parameter]
    ) -> ManifestCallback.Collection {
        let all = parameters.indices.filter { parameters[$0] != .null }
        guard let place else { return .list(all) }
        func index(_ name: String) -> Int? {
            guard let place = place[name], let index = read.count(place, in: 0...15) else { return nil }
            guard all.contains(index) else {
                findings.add(place, "parameter \(index) of the callback isn't there, or is null")
                return nil
            }
            return index
        }
        if let value = place["value"] {
            if place["keys"] != nil || place["values"] != nil {
                findings.add(value, "\"value\" is instead of \"keys\" and \"values\"")
            }
            return index("value").map { .value($0) } ?? .list(all)
        }
        guard place["values"] != nil || place["keys"] != nil else { return .list(all) }
        guard let values = index("values"), let keys = index("keys") else {
            if place["keys"] == nil || place["values"] == nil {
                findings.add(place, "\"values\" and \"keys\" belong together; for one parameter alone say \"value\"")
            }
            return .list(all)
        }
        for (name, index) in [("values", values), ("keys", keys)] {
            guard case .texts = parameters[index] else {
                findings.add(place[name] ?? place, "parameter \(index) is no cstr[#N]")
                continue
            }
        }
        if case .texts(let first, _) = parameters[values], case .texts(let second, _) = parameters[keys],
            first != second
        {
            findings.add(place, "keys and values must have the same count parameter")
        }
        return .record(values: values, keys: keys)
    }
}
