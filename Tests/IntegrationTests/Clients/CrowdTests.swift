import DirtyWire
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A crowd of clients, some of them unruly")
    struct CrowdTests {
        @Test("every call gets one last answer, and nothing is left over", arguments: [1, 3])
        func crowd(threads: Int) throws {
            let seed = UInt64.random(in: .min ... .max)
            try Host.run(
                ["echo", "bench", "counter", "faults"],
                [
                    "--dirty-workers", "3", "--dirty-threads", "\(threads)", "--dirty-timeout", "0.5",
                    "--dirty-cancel-grace", "0.1", "--dirty-write-timeout", "1", "--dirty-backlog", "40",
                    // The same few calls kill again and again.
                    "--dirty-quarantine", "0", "--dirty-restart-limit", "0",
                ]
            ) { host in
                do {
                    _ = try concurrently(12) { number in
                        var member = CrowdMember(host: host, seed: seed &+ UInt64(number))
                        for _ in 0..<25 { try member.act() }
                    }
                } catch {
                    throw TestFailure("seed \(seed): \(error)")
                }
                // What nobody waits for any more may run on until its deadline.
                let status = try host.status { status in
                    status["connections"] == 1 && status["ready"] == true
                        && status["workers"]?.arrayValue?.allSatisfy { $0["lanes_busy"] == 0 } == true
                }
                for app in status["apps"]?.arrayValue ?? [] {
                    #expect(app["backlog"] == 0 && app["running"] == 0, "seed \(seed): \(app)")
                }
                #expect(status["memory"]?["used"] == 0, "seed \(seed)")
                #expect(try host.call("echo", "echo", "calm again") == "calm again")
            }
        }
    }
}

/// One of a crowd: does one thing after another, as its seed has it, and checks whatever it gets back.
private struct CrowdMember {
    private let host: Host
    private var random: SeededRandom

    init(host: Host, seed: UInt64) {
        self.host = host
        random = SeededRandom(state: seed)
    }

    /// What calls may end with while workers die, and others crowd.
    private static let excusable: Set<String> = [
        "DirtyWorkerError", "DirtyTimeoutError", "DirtyOverloadedError", "DirtyNoWorkersAvailableError",
    ]

    /// Does the next thing.
    mutating func act() throws {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...3: try pipeline()
        case 4: try stream()
        case 5: try leaveStream()
        case 6: try attach()
        case 7: try leaveAmidFrame()
        case 8: try talkNonsense()
        case 9: try leaveCalls()
        case 10: try provoke()
        default: try killWorker()
        }
    }

    /// Many calls at once, some taken back, some with little time.
    private mutating func pipeline() throws {
        let connection = try host.connect()
        let count = Int.random(in: 1...20, using: &random)
        for id in 0..<count {
            var members: JSONObject = [:]
            if Int.random(in: 0..<6, using: &random) == 0 { members["timeout"] = 0.02 }
            if Int.random(in: 0..<4, using: &random) == 0 { members["affinity"] = .string("\(id % 5)") }
            if Bool.random(using: &random) {
                let text = String(repeating: "x", count: Int.random(in: 0...50_000, using: &random))
                try connection.send(.request(JSONValue(id), "echo", "echo", [.string(text)], with: members))
            } else {
                let time = JSONValue(Int.random(in: 0...20, using: &random))
                try connection.send(.request(JSONValue(id), "bench", "sleep_task", [time], with: members))
            }
            if Int.random(in: 0..<5, using: &random) == 0 {
                try connection.send(["type": "cancel", "id": JSONValue(id)])
            }
        }
        if Bool.random(using: &random) { connection.endSending() }
        let replies = try connection.receive(count: count)
        guard Set(replies.map(\.id)).count == count else { throw TestFailure("two answers to one call: \(replies)") }
        for reply in replies { try excuse(reply, or: "DirtyCancelledError") }
    }

    private mutating func stream() throws {
        let limit = Int.random(in: 0...300, using: &random)
        let connection = try host.connect()
        try connection.send(.request(1, "echo", "count_to", [JSONValue(limit)]))
        var next = 1
        while true {
            let reply = try connection.receive()
            switch reply.type {
            case "chunk":
                guard reply.data?.intValue == next else { throw TestFailure("\(reply) in place of \(next)") }
                next += 1
            case "end":
                guard next == limit + 1 else { throw TestFailure("the stream ended before \(next)") }
                return
            default:
                return try excuse(reply)
            }
        }
    }

    private func leaveStream() throws {
        let connection = try host.connect()
        try connection.send(.request(1, "echo", "count_to", [1_000_000_000_000]))
        let reply = try connection.receive()
        if reply.type != "chunk" { try excuse(reply) }
    }

    private mutating func attach() throws {
        let bytes = (0..<Int.random(in: 0...200_000, using: &random)).map { UInt8(truncatingIfNeeded: $0) }
        let connection = try host.connect()
        let request = JSONValue.request(
            1,
            "echo",
            "echo",
            [["$attachment": 0]],
            with: ["attachments": [JSONValue(bytes.count)]]
        )
        try connection.send(request, attachments: [bytes])
        let reply = try connection.receive()
        try excuse(reply)
        guard reply.error != nil || reply.attachments == [bytes] else { throw TestFailure("other bytes came back") }
    }

    private mutating func leaveAmidFrame() throws {
        let frame = JSONFrame.encode(.request(1, "echo", "echo", [.string(String(repeating: "x", count: 100_000))]))
        try host.connect().send(Array(frame[..<Int.random(in: 1..<frame.count, using: &random)]))
    }

    private mutating func talkNonsense() throws {
        let connection = try host.connect()
        let nonsense = (0..<Int.random(in: 1...200, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        try connection.send(text: nonsense)
        let error = try connection.receive().requireError()
        guard error.type == "DirtyProtocolError", connection.isEnded() else { throw TestFailure("\(error)") }
    }

    private mutating func leaveCalls() throws {
        let connection = try host.connect()
        for id in 0..<Int.random(in: 1...10, using: &random) {
            try connection.send(.request(JSONValue(id), "bench", "payload_task", [100_000, 5]))
        }
    }

    private mutating func provoke() throws {
        let action = ["abort", "exit", "poisoned", "spin", "close_fds", "never_finish"].randomElement(using: &random)!
        try excuse(host.connect().ask(.request(1, "faults", action)), or: "DirtyAppError")
    }

    private mutating func killWorker() throws {
        if let pid = try host.workerPIDs().randomElement(using: &random) { kill(pid, SIGKILL) }
    }

    /// Throws for an error that neither the crowd nor `other` explains.
    private func excuse(_ reply: Reply, or other: String = "") throws {
        guard let error = reply.error, !Self.excusable.contains(error.type), error.type != other else { return }
        throw TestFailure("unexpected: \(error)")
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
private struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
