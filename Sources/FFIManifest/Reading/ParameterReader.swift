/// Reads the parameters of one function.
struct ParameterReader {
    let findings: Findings
    let read: PlaceReader
    /// The names of all of the function's parameters.
    let names: [String]

    /// Bytes of a `cstr` where nothing is said.
    static let defaultTextBytes = 1 << 20
    /// Bytes of `bytes`, where nothing is said.
    static let defaultBytes = 64 << 20
    /// Elements of an array, where nothing is said.
    static let defaultElements = 1 << 20
    /// What anything may have at most.
    static let greatestCount: Int64 = 1 << 30

    init(_ findings: Findings, names: [String]) {
        self.findings = findings
        self.names = names
        read = PlaceReader(findings)
    }

    /// One parameter; nil if it can't be read.
    func parameter(_ place: Place) -> ManifestParameter? {
        let keys = [
            "name", "type", "dir", "doc", "default", "const", "range", "not", "nullable", "max", "len_of", "cap",
            "filled",
            "own", "consume", "on_error", "parent", "c",
        ]
        guard read.object(place, keys: keys, needed: ["name", "type"]) else { return nil }
        guard let name = read.text(place["name"]), let type = read.type(place["type"]) else { return nil }
        if names.filter({ $0 == name }).count > 1 { findings.add(place, "there are two parameters named \"\(name)\"") }
        if name == "result" {
            findings.add(place, "\"result\" is what the function returns; call the parameter otherwise")
        }
        if let place = place["on_error"], place.value != .string("free") {
            findings.add(place, "should be \"free\", got \(place.value.words)")
        }
        let maximum = read.count(place["max"], in: 0...Self.greatestCount)
        return ManifestParameter(
            name: name,
            type: type,
            direction: read.choice(place["dir"], ManifestParameter.Direction.self) ?? .input,
            about: read.text(place["doc"]) ?? "",
            defaultValue: place["default"]?.value,
            constant: place["const"]?.value,
            range: range(place["range"]),
            forbidden: read.elements(place["not"], of: "numbers").compactMap { read.number($0) },
            isNullable: read.flag(place["nullable"]),
            maximumCount: maximum ?? Self.defaultMaximum(of: type),
            lengthOf: reference(place["len_of"]),
            capacity: place["cap"].flatMap { amount($0) },
            filled: read.choice(place["filled"], ManifestParameter.Filled.self) ?? (type == .text ? .nul : .all),
            ownership: ownership(place["own"]),
            isConsumed: read.flag(place["consume"]),
            isFreedOnError: place["on_error"] != nil,
            parent: reference(place["parent"]),
            cType: read.text(place["c"])
        )
    }

    /// The position of the parameter that is named here.
    func reference(_ place: Place?) -> Int? {
        guard let place, let name = read.text(place) else { return nil }
        guard let index = names.firstIndex(of: name) else {
            findings.add(place, "there is no parameter \"\(name)\"; there are: \(names.joined(separator: ", "))")
            return nil
        }
        return index
    }

    /// Who frees what.
    func ownership(_ place: Place?) -> Ownership {
        guard let place, let text = read.text(place) else { return .borrow }
        switch text {
        case "borrow": return .borrow
        case "transfer": return .transfer
        default:
            if text.hasPrefix("free:"),
                let symbol = read.symbol(Place(.string(String(text.dropFirst(5))), place.pointer))
            {
                return .free(symbol)
            }
            findings.add(place, "should be \"borrow\", \"transfer\" or \"free:FUNCTION\", got \(place.value.words)")
            return .borrow
        }
    }

    /// A number, `{"param": NAME}` or `{"fn": …}`.
    func amount(_ place: Place) -> Amount? {
        if case .int = place.value { return read.count(place, in: 0...Self.greatestCount).map { .fixed($0) } }
        guard place.members != nil else {
            findings.add(
                place,
                "should be a number, {\"param\": NAME} or {\"fn\": SYMBOL, …}, got \(place.value.words)"
            )
            return nil
        }
        if place["param"] != nil {
            guard read.object(place, keys: ["param"]) else { return nil }
            return reference(place["param"]).map { .parameter($0) }
        }
        guard read.object(place, keys: ["fn", "args", "type", "max"], needed: ["fn"]),
            let symbol = read.symbol(place["fn"])
        else { return nil }
        let type = place["type"].map { read.scalar($0) ?? .size } ?? .size
        if !type.isInteger { findings.add(place["type"] ?? place, "should be an integer type, got \(type.rawValue)") }
        return .function(
            AmountFunction(
                symbol: symbol,
                arguments: read.elements(place["args"], of: "arguments").compactMap { argument($0) },
                type: type,
                maximum: read.count(place["max"], in: 1...Self.greatestCount) ?? Self.defaultBytes
            )
        )
    }

    private func argument(_ place: Place) -> AmountFunction.Argument? {
        switch place.value {
        case .int(let number): return .number(number)
        case .string: return reference(place).map { .parameter($0) }
        case .object:
            guard read.object(place, keys: ["len", "param"]) else { return nil }
            if place["len"] != nil { return reference(place["len"]).map { .length($0) } }
            if place["param"] != nil { return reference(place["param"]).map { .parameter($0) } }
            fallthrough
        case .null, .bool, .uint, .double, .array:
            findings.add(
                place,
                "should be a parameter's name, {\"len\": NAME} or an integer, got \(place.value.words)"
            )
            return nil
        }
    }

    private func range(_ place: Place?) -> ManifestParameter.Range? {
        guard let place else { return nil }
        let ends = read.elements(place, of: "two numbers")
        guard ends.count == 2, let least = read.number(ends[0]), let greatest = read.number(ends[1]),
            let low = least.double, let high = greatest.double, low <= high
        else {
            findings.add(place, "should be [least, greatest], got \(place.value.words)")
            return nil
        }
        return .init(least: least, greatest: greatest)
    }

    private static func defaultMaximum(of type: ManifestType) -> Int {
        switch type {
        case .text: defaultTextBytes
        case .array: defaultElements
        case .bytes, .scalar, .structure, .reference, .handle, .callback, .null, .void: defaultBytes
        }
    }
}
