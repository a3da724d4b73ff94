/// Reads what a function returns.
struct ResultReader {
    let findings: Findings
    let read: PlaceReader
    private let parameters: ParameterReader

    init(_ findings: Findings, names: [String]) {
        self.findings = findings
        read = PlaceReader(findings)
        parameters = ParameterReader(findings, names: names)
    }

    /// The result; nil if it can't be read.
    func result(_ place: Place) -> ManifestResult? {
        let keys = [
            "type", "check", "message", "names", "keep", "nullable", "own", "len", "max", "parent", "c", "doc",
        ]
        guard read.object(place, keys: keys, needed: ["type"]), let type = read.type(place["type"]) else { return nil }
        let check = check(place["check"])
        let isStatus = check.accepted?.count == 1
        return ManifestResult(
            type: type,
            check: check,
            message: place["message"].flatMap { message($0) },
            names: names(place["names"]),
            isReturned: place["keep"].map { read.flag($0) } ?? (type != .void && type != .null && !isStatus),
            isNullable: read.flag(place["nullable"]),
            ownership: parameters.ownership(place["own"]),
            length: place["len"].flatMap { parameters.amount($0) },
            maximumCount: read.count(place["max"], in: 0...ParameterReader.greatestCount)
                ?? ParameterReader.defaultBytes,
            parent: parameters.reference(place["parent"]),
            cType: read.text(place["c"])
        )
    }

    private func check(_ place: Place?) -> ManifestResult.Check {
        guard let place, read.object(place, keys: ["ok", "ok_ge", "ok_le", "nonnull", "errno"]) else { return .none }
        var check = ManifestResult.Check.none
        if let accepted = place["ok"] {
            let values = read.elements(accepted, of: "integers").compactMap { read.integer($0) }
            if values.isEmpty { findings.add(accepted, "a list of good results has at least one") }
            check.accepted = values
        }
        check.least = read.integer(place["ok_ge"])
        check.greatest = read.integer(place["ok_le"])
        check.isNonNull = read.flag(place["nonnull"])
        check.isErrno = read.flag(place["errno"])
        return check
    }

    private func names(_ place: Place?) -> [Int64: String] {
        var names: [Int64: String] = [:]
        for (key, value) in read.mapping(place) {
            guard let code = Int64(key), String(code) == key else {
                findings.add(value, "\"\(key)\" is no integer; names are written {\"-5\": \"Z_BUF_ERROR\"}")
                continue
            }
            names[code] = read.text(value)
        }
        return names
    }

    private func message(_ place: Place) -> ManifestResult.Message? {
        guard read.object(place, keys: ["fn", "args", "param"]) else { return nil }
        if place["param"] != nil {
            return parameters.reference(place["param"]).map { .parameter($0) }
        }
        guard let symbol = read.symbol(place["fn"]) else {
            if place["fn"] == nil { findings.add(place, "says neither \"fn\" nor \"param\"") }
            return nil
        }
        let arguments = read.elements(place["args"], of: "names").compactMap {
            argument($0)
        }
        return .function(symbol: symbol, arguments: arguments)
    }

    private func argument(_ place: Place) -> ManifestResult.MessageArgument? {
        switch place.value {
        case .string("result"): .result
        case .string("errno"): .errno
        default: parameters.reference(place).map { .parameter($0) }
        }
    }
}
