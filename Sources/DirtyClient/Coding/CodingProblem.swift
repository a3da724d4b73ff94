/// Says in words what an encoder or a decoder rejects, and where.
enum CodingProblem {
    /// One line for `error`, which may be anything that a type's own coding code throws.
    static func text(of error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context):
            place(context.codingPath) + context.debugDescription
        case DecodingError.valueNotFound(let type, let context):
            place(context.codingPath) + "null where a \(type) is expected"
        case DecodingError.keyNotFound(let key, let context):
            place(context.codingPath) + "no member '\(key.stringValue)'"
        case EncodingError.invalidValue(_, let context):
            place(context.codingPath) + context.debugDescription
        default:
            "\(error)"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "" }
        let steps = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
        return "at \(steps.joined()): "
    }
}
