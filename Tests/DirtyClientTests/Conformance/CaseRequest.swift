@testable import DirtyClient

/// The calls that steps ask for.
enum CaseRequest {
    /// The call of a step.
    static func call(_ request: JSONValue, index: Int, unique: String) throws -> DirtyCall {
        func built(_ value: JSONValue) -> CaseValue { CaseValue(value, index: index, unique: unique) }
        var call = try DirtyCall(
            request["app"]?.stringValue ?? "",
            request["action"]?.stringValue ?? "",
            arguments: (request["args"]?.arrayValue ?? []).map(built),
            keywords: (request["kwargs"]?.objectValue ?? JSONObject()).map { ($0.key, built($0.value)) }
        )
        call.timeout = request["timeout"]?.doubleValue.map { .seconds($0) }
        call.affinity = request["affinity"].flatMap { value in
            if case .plain(.string(let text)) = built(value) { text } else { nil }
        }
        return call
    }
}
