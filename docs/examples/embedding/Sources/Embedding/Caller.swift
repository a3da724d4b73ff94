import DirtyArbiter
import DirtyClient
import ServiceLifecycle

/// What a server would do with its plugins: this one calls one of them a few times, and ends.
struct Caller: Service {
    /// The arbiter beside it in the process.
    let arbiter: Arbiter

    func run() async throws {
        try await arbiter.waitUntilReady()
        for app in arbiter.hostedApps() {
            print("hosted: \(app.name) on \(app.workers) workers")
        }
        let client = DirtyClient(socket: arbiter.socketPath)
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 1...100 {
                group.addTask { try await client.call("echo", "echo", number, as: Int.self) }
            }
            return try await group.reduce(0, +)
        }
        print("the answers add up to \(answers)")
        var chunks: [Int] = []
        for try await chunk in client.stream("echo", "count_to", 3, as: Int.self) {
            chunks.append(chunk)
        }
        print("streamed: \(chunks)")
    }
}
