/// What an action is called and takes: what its manifest entry and its error messages are made of.
final class Signature {
    let name: String
    let about: String
    let parameters: [ParameterInfo]
    /// One for each parameter, in their order.
    let readers: [AnyParameterReader]
    /// In the words of ``jsonName(of:)``; nil where nothing comes back.
    let result: String?
    let streams: Bool
    let isAsync: Bool
    /// The names as they stand in JSON text.
    let nameBytes: [UInt8]
    let parameterNames: [[UInt8]]

    init(
        _ name: String,
        about: String,
        parameters: [ParameterInfo],
        readers: [AnyParameterReader],
        result: String?,
        streams: Bool = false,
        isAsync: Bool
    ) {
        self.name = name
        self.about = about
        self.parameters = parameters
        self.readers = readers
        self.result = result
        self.streams = streams
        self.isAsync = isAsync
        nameBytes = Array(name.utf8)
        parameterNames = parameters.map { Array($0.name.utf8) }
    }
}

extension Signature {
    /// A parameter that must be there isn't.
    func missing(_ parameter: ParameterInfo) -> AppError {
        AppError(
            .invalid,
            code: "missing_argument",
            "\(name): parameter \"\(parameter.name)\" (\(parameter.type)) is missing; \(usage)",
            details: ["parameter": .string(parameter.name), "expected": .string(parameter.type)]
        )
    }

    /// A parameter's value is of the wrong kind.
    func wrong(_ parameter: ParameterInfo, _ mismatch: ValueMismatch) -> AppError {
        AppError(
            .invalid,
            code: "wrong_argument",
            "\(name): parameter \"\(parameter.name)\" \(mismatch.message)",
            details: [
                "parameter": .string(parameter.name), "expected": .string(mismatch.expected),
                "got": .string(mismatch.found),
            ]
        )
    }

    /// There are more arguments than parameters.
    func tooMany(_ count: Int) -> AppError {
        let takes =
            switch parameters.count {
            case 0: "no arguments"
            case 1: "at most 1 argument"
            case let count: "at most \(count) arguments"
            }
        return AppError(
            .invalid,
            code: "too_many_arguments",
            "\(name) takes \(takes), got \(count); \(usage)",
            details: ["expected": .int(Int64(parameters.count)), "got": .int(Int64(count))]
        )
    }

    /// A keyword argument that no parameter has the name of.
    func unknown(_ keyword: String) -> AppError {
        AppError(
            .invalid,
            code: "unknown_argument",
            "\(name) has no parameter \"\(keyword)\"; \(usage)",
            details: ["parameter": .string(keyword), "expected": .array(parameters.map { .string($0.name) })]
        )
    }

    /// A parameter that was given by position and by name, or by name twice.
    func twice(_ parameter: ParameterInfo) -> AppError {
        AppError(
            .invalid,
            code: "duplicate_argument",
            "\(name): parameter \"\(parameter.name)\" was given twice; \(usage)",
            details: ["parameter": .string(parameter.name)]
        )
    }

    /// "it takes (by: integer = 1, label: string)".
    private var usage: String {
        let list = parameters.map { parameter in
            let value = parameter.defaultValue.map { " = " + String(decoding: $0.text, as: UTF8.self) } ?? ""
            return "\(parameter.name): \(parameter.type)\(value)"
        }
        return list.isEmpty ? "call it without any" : "it takes (\(list.joined(separator: ", ")))"
    }
}
