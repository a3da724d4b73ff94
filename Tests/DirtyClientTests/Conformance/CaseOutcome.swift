import DirtyClient
import TestSupport

/// How a step of a case ended.
struct CaseOutcome: Sendable {
    var result: CaseValue?
    var chunks: [CaseValue] = []
    var error: DirtyCallError?

    /// Throws ``TestFailure`` unless it is as `expected`, which has been built already.
    func check(_ expected: CaseValue, _ step: String) throws {
        if let problem = problem(expected) { throw TestFailure("\(problem)\nin step \(step.prefix(500))") }
    }

    private func problem(_ expected: CaseValue) -> String? {
        if expected["cancelled"] != nil {
            return error?.type == .cancelled ? nil : "it was not cancelled but \(self)"
        }
        if let wanted = expected["error"] {
            guard let error else { return "it did not fail but \(self)" }
            if let problem = CaseMatch.difference(.array([wanted]), from: .array([Self.value(of: error, like: wanted)]))
            {
                return problem
            }
            return CaseMatch.difference(expected["chunks"] ?? .array([]), from: .array(chunks), at: "chunks")
        }
        if let error { return "it failed: \(error)" }
        if let wanted = expected["chunks"] { return CaseMatch.difference(wanted, from: .array(chunks), at: "chunks") }
        return expected["result"].flatMap { CaseMatch.difference($0, from: result, at: "result") }
    }

    /// The error's members that a case names, and of its details those alone.
    private static func value(of error: DirtyCallError, like wanted: CaseValue) -> CaseValue {
        guard case .object(let members) = wanted else { return .array([]) }
        var details = error.details
        details["error_type"] = .string(error.type.rawValue)
        details["executed"] = .string(error.executed.rawValue)
        let all: [String: CaseValue] = [
            "type": .plain(.string(error.type.rawValue)), "message": .plain(.string(error.message)),
            "executed": .plain(.string(error.executed.rawValue)),
        ]
        return .object(
            members.map { key, value in
                guard key == "details", case .object(let named) = value else { return (key, all[key] ?? .plain(.null)) }
                let present = named.filter { details[$0.key] != nil }
                return (key, .object(present.map { ($0.key, CaseValue(details[$0.key] ?? .null)) }))
            }
        )
    }
}
