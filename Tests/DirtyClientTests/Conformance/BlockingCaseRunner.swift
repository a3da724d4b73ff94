import DirtyClient
import Foundation
import TestSupport

/// Runs a case's steps with the blocking client.
struct BlockingCaseRunner {
    private let client: BlockingDirtyClient
    private let unique = UUID().uuidString
    private var started: [String: (canceller: CallCanceller, outcome: () throws -> CaseOutcome)] = [:]

    /// How many threads call at once.
    private static let threads = 50

    /// Runs all steps of a case with a client of its own.
    static func run(_ steps: [JSONValue], socket: String) throws {
        var runner = BlockingCaseRunner(client: BlockingDirtyClient(socket: socket))
        for step in steps {
            try runner.run(step)
        }
        runner.client.close()
    }

    private init(client: BlockingDirtyClient) {
        self.client = client
    }

    private mutating func run(_ step: JSONValue) throws {
        let name = step["name"]?.stringValue ?? ""
        let outcome: CaseOutcome
        switch step["do"]?.stringValue {
        case "call", "stream":
            outcome = try perform(step, streams: step["do"] == "stream", CallCanceller())()
        case "start":
            let canceller = CallCanceller()
            let body = try perform(step, streams: step["stream"] == true, canceller)
            started[name] = (canceller, inBackground { try body() })
            return
        case "cancel":
            started[name]?.canceller.cancel()
            return
        case "finish":
            guard let call = started[name] else { throw TestFailure("\(name) was never started") }
            outcome = try call.outcome()
        case "many":
            return try many(step)
        case let verb?:
            outcome = ask(verb, step["app"]?.stringValue)
        case nil:
            throw TestFailure("a step without a verb: \(step)")
        }
        try outcome.check(CaseValue(step["expect"] ?? .null, unique: unique), "\(step)")
    }

    private func many(_ step: JSONValue) throws {
        let count = step["count"]?.intValue ?? 0
        let threads = min(Self.threads, count)
        let bodies = try (0..<count).map { try perform(step, streams: false, CallCanceller(), index: $0) }
        let unique = unique
        _ = try concurrently(threads) { thread in
            for index in stride(from: thread, to: count, by: threads) {
                let expected = CaseValue(step["expect"] ?? .null, index: index, unique: unique)
                try bodies[index]().check(expected, "\(index) of \(step)")
            }
        }
    }

    private func perform(
        _ step: JSONValue,
        streams: Bool,
        _ canceller: CallCanceller,
        index: Int = 0
    ) throws -> @Sendable () throws -> CaseOutcome {
        let call = try CaseRequest.call(step["request"] ?? .null, index: index, unique: unique)
        let take = step["take"]?.intValue
        let client = client
        return {
            var outcome = CaseOutcome()
            do throws(DirtyCallError) {
                if streams {
                    let stream = try client.stream(call, canceller: canceller)
                    while outcome.chunks.count != take, let chunk = try stream.next() {
                        outcome.chunks.append(CaseValue(anyResult: chunk))
                    }
                } else {
                    outcome.result = CaseValue(anyResult: try client.send(call, canceller: canceller))
                }
            } catch {
                outcome.error = error
            }
            return outcome
        }
    }

    private func ask(_ verb: String, _ app: String?) -> CaseOutcome {
        do throws(DirtyCallError) {
            switch verb {
            case "hello": return CaseOutcome(result: CaseValue(try client.hello()))
            case "status": return CaseOutcome(result: CaseValue(try client.status()))
            case "describe": return CaseOutcome(result: CaseValue(try client.describe(app)))
            case "ping":
                try client.ping()
                return CaseOutcome(result: .plain("pong"))
            default: return CaseOutcome(result: .plain(.string("\(verb) is not a verb that this runner knows")))
            }
        } catch {
            return CaseOutcome(error: error)
        }
    }
}
