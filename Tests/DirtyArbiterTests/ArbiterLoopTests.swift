import NIOCore
import Testing

@testable import DirtyArbiter

@Suite("The shell around the core", .timeLimit(.minutes(1)))
struct ArbiterLoopTests {
    @Test("those who wait for workers are told when it stops before they are ready, and those who ask later")
    func readiness() async throws {
        let failures = try await withArbiterLoop { loop in
            let before = loop.whenReady()
            loop.stop(graceful: true)
            return EventLoopFuture.whenAllComplete([before, loop.whenReady()], on: loop.eventLoop).map { results in
                results.map { result in
                    if case .failure(let error) = result { "\(error)" } else { "none" }
                }
            }
        }
        #expect(failures == ["the arbiter has stopped", "the arbiter has stopped"])
    }
}
