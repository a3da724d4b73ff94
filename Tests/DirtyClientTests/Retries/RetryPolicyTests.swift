@testable import DirtyClient
import Testing

@Suite("Retries")
struct RetryPolicyTests {
    private func error(_ kind: DirtyCallError.Kind, _ executed: Executed, retryAfter: Double? = nil) -> DirtyCallError {
        DirtyCallError(
            kind,
            "",
            executed: executed,
            details: retryAfter.map { ["retry_after": .double($0)] } ?? [:]
        )
    }

    private func delay(
        _ policy: RetryPolicy,
        _ error: DirtyCallError,
        attempts: Int = 1,
        elapsed: Duration = .zero,
        remaining: Duration? = nil,
        jitter: Double = 1
    ) -> Duration? {
        policy.delay(after: error, attempts: attempts, elapsed: elapsed, remaining: remaining, jitter: jitter)
    }

    @Test("only calls known not to have run are tried again", arguments: Executed.allCases)
    func executed(executed: Executed) {
        #expect((delay(.reconnect, error(.connection, executed)) != nil) == (executed == .no))
    }

    @Test("only the policy's kinds are tried again")
    func kinds() {
        #expect(delay(.reconnect, error(.overloaded, .no)) == nil)
        #expect(delay(.patient, error(.overloaded, .no)) != nil)
        #expect(delay(.patient, error(.appNotFound, .no)) == nil)
        #expect(delay(.none, error(.connection, .no)) == nil)
    }

    @Test("delays double up to the greatest, spread by up to half")
    func growth() {
        let delays = (1...8).map { delay(.reconnect, error(.connection, .no), attempts: $0) }
        #expect(delays == [20, 40, 80, 160, 320, 640, 1000, 1000].map { .milliseconds($0) })
        #expect(delay(.reconnect, error(.connection, .no), jitter: 0) == .milliseconds(10))
        #expect(delay(.patient, error(.connection, .no), attempts: 500) == .seconds(1))
    }

    @Test("the host's retry_after is waited for at least")
    func retryAfter() {
        #expect(delay(.patient, error(.overloaded, .no, retryAfter: 3)) == .seconds(3))
        #expect(delay(.patient, error(.overloaded, .no, retryAfter: 0.001)) == .milliseconds(20))
    }

    @Test("nothing begins after the window, or after the call's timeout")
    func ends() {
        #expect(delay(.reconnect, error(.connection, .no), elapsed: .milliseconds(1980)) != nil)
        #expect(delay(.reconnect, error(.connection, .no), elapsed: .milliseconds(1981)) == nil)
        #expect(delay(.reconnect, error(.connection, .no), remaining: .milliseconds(20)) == nil)
        #expect(delay(.reconnect, error(.connection, .no), remaining: .milliseconds(21)) != nil)
        #expect(delay(.reconnect, error(.connection, .no), remaining: .zero - .seconds(1)) == nil)
    }
}
