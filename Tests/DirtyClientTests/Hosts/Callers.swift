import DirtyClient
import TestSupport

/// Callers that go on until told to stop, by either client; every answer is checked.
struct Callers: Sendable {
    let tally = Tally()
    private let end: @Sendable () async throws -> Void

    /// So many tasks that share the async client.
    static func tasks(_ count: Int, _ client: DirtyClient) -> Callers {
        Callers { tally in
            // Ends when the tally says so, which `stop` waits for.
            let work = Task {
                await withTaskGroup(of: Void.self) { group in
                    for caller in 0..<count {
                        group.addTask {
                            var round = 0
                            while tally.goesOn {
                                round += 1
                                do throws(DirtyCallError) {
                                    let value = try await client.call("echo", "echo", [caller, round], as: [Int].self)
                                    tally.answered(
                                        rightly: value == [caller, round],
                                        "\(value) for \([caller, round])"
                                    )
                                } catch {
                                    tally.failed(error)
                                }
                            }
                        }
                    }
                }
            }
            return { await work.value }
        }
    }

    /// So many threads that share the blocking client.
    static func threads(_ count: Int, _ client: BlockingDirtyClient) -> Callers {
        Callers { tally in
            let end = inBackground {
                try concurrently(count) { caller in
                    var round = 0
                    while tally.goesOn {
                        round += 1
                        do throws(DirtyCallError) {
                            let value = try client.call("echo", "echo", [caller, round], as: [Int].self)
                            tally.answered(rightly: value == [caller, round], "\(value) for \([caller, round])")
                        } catch {
                            tally.failed(error)
                        }
                    }
                }
            }
            // Read by the one who waits.
            nonisolated(unsafe) let waiting = end
            return { _ = try waiting() }
        }
    }

    private init(_ start: (Tally) -> @Sendable () async throws -> Void) {
        end = start(tally)
    }

    /// Stops them, and waits until they have.
    func stop() async throws {
        tally.stop()
        try await end()
    }
}
