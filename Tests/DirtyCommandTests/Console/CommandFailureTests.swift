import DirtyClient
import Testing

@testable import DirtyCommand

@Suite("Failures as the terminal shows them")
struct CommandFailureTests {
    @Test("a failed call tells type, message, executed, and the facts")
    func call() {
        let failure = CommandFailure(
            DirtyCallError(
                .worker,
                "worker 3 died",
                executed: .maybe,
                details: ["app_path": "x", "action": "y", "signal": 11, "output_tail": "one\ntwo\n", "traceback": ""]
            )
        )
        #expect(failure.status == .failure)
        #expect(
            failure.lines == [
                "DirtyWorkerError: worker 3 died", "executed: maybe", "signal: 11", "output_tail:", "  one", "  two",
            ]
        )
    }

    @Test("without a host every path is a line, and the exit code is 69")
    func noHost() {
        let failure = CommandFailure(
            DirtyCallError(
                .connection,
                "",
                executed: .no,
                details: [
                    "tried": [["path": "/a", "problem": "no such socket"], ["path": "/b", "problem": "refused"]]
                ]
            )
        )
        #expect(failure.status == .unavailable)
        #expect(
            failure.lines == [
                "no host answers; tried:", "  /a: no such socket", "  /b: refused",
                "start one with: dirty serve APP…, or name its socket with --socket or DIRTY_SOCKET",
            ]
        )
    }
}
