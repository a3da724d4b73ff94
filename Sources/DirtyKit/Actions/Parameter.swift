/// One parameter of an action: its name, its type, and whether it may be left out.
///
/// Clients pass it by position or by name. Any `Decodable` type will do; `[UInt8]`, `Data` and ``BorrowedBytes`` take
/// attachments.
///
/// ```swift
/// Parameter("path", String.self)                      // must be given
/// Parameter("limit", default: 10)                     // may be left out
/// Parameter("language", String?.self)                 // nil if left out, or null
/// Parameter("depth", default: 3, about: "How far links are followed.")
/// ```
public struct Parameter<Value: Decodable> {
    let info: ParameterInfo
    let reader: ParameterReader<Value>

    /// A parameter that must be given; if its type is optional, one that is nil when left out.
    /// - Parameters:
    ///   - name: As clients write it.
    ///   - type: Its type; left out where the closure says it.
    ///   - about: What it means, in a sentence.
    public init(_ name: String, _ type: Value.Type = Value.self, about: String = "") {
        let absent = (Value.self as? any Absentable.Type).map { type in { type.absent as! Value } }
        reader = ParameterReader(absent: absent)
        info = ParameterInfo(
            name: name,
            type: jsonName(of: Value.self),
            about: about,
            isRequired: absent == nil,
            defaultValue: nil
        )
    }

    /// A parameter that may be left out.
    /// - Parameters:
    ///   - name: As clients write it.
    ///   - type: Its type; left out where the default says it.
    ///   - value: What it is then; evaluated for each such call.
    ///   - about: What it means, in a sentence.
    public init(
        _ name: String,
        _ type: Value.Type = Value.self,
        default value: @escaping @autoclosure @Sendable () -> Value,
        about: String = ""
    ) {
        reader = ParameterReader(absent: value)
        info = ParameterInfo(
            name: name,
            type: jsonName(of: Value.self),
            about: about,
            isRequired: false,
            defaultValue: (value() as? any Encodable).flatMap { try? RawJSON(encoding: $0) }
        )
    }
}

/// A type whose value may be left out: an optional.
private protocol Absentable {
    static var absent: Self { get }
}

extension Optional: Absentable {
    fileprivate static var absent: Wrapped? { nil }
}
