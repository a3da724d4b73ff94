import DirtyClient

/// Whether values are as a case expects them.
enum CaseMatch {
    /// Where `actual` is not what `expected` says; nil if it is.
    static func difference(_ expected: CaseValue, from actual: CaseValue?, at place: String = "it") -> String? {
        guard let actual else { return "\(place) is missing" }
        let differs = "\(place) is \(short(actual)) and not \(short(expected))"
        switch expected {
        case .bytes(let bytes):
            guard case .bytes(bytes) = actual else { return differs }
            return nil
        case .array(let elements):
            guard case .array(let others) = actual, elements.count == others.count else { return differs }
            return zip(elements, others).enumerated().lazy
                .compactMap { difference($1.0, from: $1.1, at: "\(place)[\($0)]") }.first
        case .object(let members):
            return special(members, actual, place, differs)
        case .plain(let value):
            guard case .plain(let other) = actual else { return differs }
            return isSame(value, other) ? nil : differs
        }
    }

    private static func special(
        _ members: [(key: String, value: CaseValue)],
        _ actual: CaseValue,
        _ place: String,
        _ differs: String
    ) -> String? {
        switch (members.first?.key, members.first?.value) {
        case ("$type", .plain(.string(let kind))):
            return kinds(of: actual).contains(kind) ? nil : differs
        case ("$has", .object(let wanted)):
            return wanted.lazy.compactMap { difference($0.value, from: actual[$0.key], at: "\(place).\($0.key)") }.first
        case ("$one_of", .array(let values)):
            return values.contains { difference($0, from: actual) == nil } ? nil : differs
        case ("$contains", let part?):
            return contains(actual, part) ? nil : differs
        default:
            guard case .object(let others) = actual, others.count == members.count else { return differs }
            return members.lazy.compactMap { difference($0.value, from: actual[$0.key], at: "\(place).\($0.key)") }
                .first
        }
    }

    private static func contains(_ actual: CaseValue, _ part: CaseValue) -> Bool {
        if case .plain(.string(let text)) = actual, case .plain(.string(let wanted)) = part {
            return text.contains(wanted)
        }
        guard case .array(let elements) = actual else { return false }
        return elements.contains { difference(part, from: $0) == nil }
    }

    /// Numbers are equal if their values are.
    private static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if left == right { return true }
        guard let left = left.doubleValue, let right = right.doubleValue else { return false }
        return left == right && (abs(left) < 0x1p53 || left.rounded() != left)
    }

    private static func kinds(of value: CaseValue) -> [String] {
        switch value {
        case .bytes: ["bytes"]
        case .array: ["array"]
        case .object: ["object"]
        case .plain(.null): ["null"]
        case .plain(.bool): ["boolean"]
        case .plain(.string): ["string"]
        case .plain(.int), .plain(.uint): ["integer", "number"]
        case .plain(.double): ["number"]
        case .plain(.array), .plain(.object): []
        }
    }

    private static func short(_ value: CaseValue) -> String {
        String("\(value)".prefix(300))
    }
}
