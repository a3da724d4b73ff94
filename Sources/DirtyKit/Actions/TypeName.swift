import struct FoundationEssentials.Data

/// A type with a name of its own in manifests and error messages; others go by their Swift name.
protocol JSONNamed {
    static var jsonName: String { get }
}

/// What manifests call `type`: "integer", "array of string", "bytes", "one of all, any, phrase", "Settings".
func jsonName(of type: Any.Type) -> String {
    (type as? any JSONNamed.Type)?.jsonName ?? choices(of: type) ?? String(describing: type)
}

/// The values of an enumeration as a list, "one of all, any, phrase"; nil if `type` isn't one that says its cases.
func choices(of type: Any.Type) -> String? {
    func list<Choice: CaseIterable & RawRepresentable>(_: Choice.Type) -> String {
        "one of " + Choice.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
    }
    guard let choice = type as? any (CaseIterable & RawRepresentable).Type else { return nil }
    return list(choice)
}

extension JSONNamed where Self: FixedWidthInteger {
    static var jsonName: String { "integer" }
}

extension Int: JSONNamed {}
extension Int8: JSONNamed {}
extension Int16: JSONNamed {}
extension Int32: JSONNamed {}
extension Int64: JSONNamed {}
extension UInt: JSONNamed {}
extension UInt8: JSONNamed {}
extension UInt16: JSONNamed {}
extension UInt32: JSONNamed {}
extension UInt64: JSONNamed {}

extension Double: JSONNamed {
    static var jsonName: String { "number" }
}

extension Float: JSONNamed {
    static var jsonName: String { "number" }
}

extension Bool: JSONNamed {
    static var jsonName: String { "boolean" }
}

extension String: JSONNamed {
    static var jsonName: String { "string" }
}

extension Data: JSONNamed {
    static var jsonName: String { "bytes" }
}

extension BorrowedBytes: JSONNamed {
    static var jsonName: String { "bytes" }
}

extension JSON: JSONNamed {
    static var jsonName: String { "any" }
}

extension RawJSON: JSONNamed {
    static var jsonName: String { "any" }
}

extension Optional: JSONNamed {
    static var jsonName: String { DirtyKit.jsonName(of: Wrapped.self) + " or null" }
}

extension Array: JSONNamed {
    static var jsonName: String {
        Element.self == UInt8.self ? "bytes" : "array of " + DirtyKit.jsonName(of: Element.self)
    }
}

extension Dictionary: JSONNamed {
    static var jsonName: String { "object of " + DirtyKit.jsonName(of: Value.self) }
}
