import DirtyClient
import Foundation
import TestSupport

/// Runs a case's steps with the async client.
struct AsyncCaseRunner {
    private let client: DirtyClient
    private let unique = UUID().uuidString
    private var started: [String: Task<CaseOutcome, any Error>] = [:]

    /// Runs all steps of a case with a client of its own.
    static func run(_ steps: [JSONValue], socket: String) async throws {
        var runner = AsyncCaseRunner(client: DirtyClient(socket: socket))
        for step in steps {
            try await runner.run(step)
        }
        await runner.client.close()
    }

    private init(client: DirtyClient) {
        self.client = client
    }

    private mutating func run(_ step: JSONValue) async throws {
        let name = step["name"]?.stringValue ?? ""
        let outcome: CaseOutcome
        switch step["do"]?.stringValue {
        case "call", "stream":
            outcome = try await perform(step, streams: step["do"] == "stream")()
        case "start":
            let body = try perform(step, streams: step["stream"] == true)
            // Ends with its call, which a later step waits for.
            started[name] = Task { try await body() }
            return
        case "cancel":
            started[name]?.cancel()
            return
        case "finish":
            guard let task = started[name] else { throw TestFailure("\(name) was never started") }
            outcome = try await task.value
        case "many":
            return try await many(step)
        case let verb?:
            outcome = await ask(verb, step["app"]?.stringValue)
        case nil:
            throw TestFailure("a step without a verb: \(step)")
        }
        try outcome.check(CaseValue(step["expect"] ?? .null, unique: unique), "\(step)")
    }

    private func many(_ step: JSONValue) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<(step["count"]?.intValue ?? 0) {
                let body = try perform(step, streams: false, index: index)
                let expected = CaseValue(step["expect"] ?? .null, index: index, unique: unique)
                group.addTask { try await body().check(expected, "\(index) of \(step)") }
            }
            try await group.waitForAll()
        }
    }

    private func perform(
        _ step: JSONValue,
        streams: Bool,
        index: Int = 0
    ) throws -> @Sendable () async throws -> CaseOutcome {
        let call = try CaseRequest.call(step["request"] ?? .null, index: index, unique: unique)
        let take = step["take"]?.intValue
        let client = client
        return {
            var outcome = CaseOutcome()
            do throws(DirtyCallError) {
                if streams {
                    for try await chunk in client.stream(call) {
                        outcome.chunks.append(CaseValue(anyResult: chunk))
                        if outcome.chunks.count == take { break }
                    }
                } else {
                    outcome.result = CaseValue(anyResult: try await client.send(call))
                }
            } catch {
                outcome.error = error
            }
            return outcome
        }
    }

    private func ask(_ verb: String, _ app: String?) async -> CaseOutcome {
        do throws(DirtyCallError) {
            switch verb {
            case "hello": return CaseOutcome(result: CaseValue(try await client.hello()))
            case "status": return CaseOutcome(result: CaseValue(try await client.status()))
            case "describe": return CaseOutcome(result: CaseValue(try await client.describe(app)))
            case "ping":
                try await client.ping()
                return CaseOutcome(result: .plain("pong"))
            default: return CaseOutcome(result: .plain(.string("\(verb) is not a verb that this runner knows")))
            }
        } catch {
            return CaseOutcome(error: error)
        }
    }
}
