import DirtyWire
import Testing

@testable import DirtyArbiter

@Suite("What hooks are told")
struct HookEventTests {
    private let forked = HookEvent(
        moment: .postFork,
        pid: 4711,
        worker: 3,
        slot: 0,
        apps: ["search", "Echo"],
        generation: 2,
        cause: .reload,
        exit: nil
    )

    @Test("a worker that was started: why")
    func fork() {
        #expect(
            forked.json.description
                == #"{"hook":"dirty_post_fork","pid":4711,"worker":3,"slot":0,"apps":["search","Echo"],"generation":2,"#
                + #""cause":"reload"}"#
        )
    }

    @Test("a worker that has ended: how, and whether it had been told to")
    func exit() {
        var ended = forked
        ended.moment = .workerExit
        ended.exit = HookEvent.Exit(words: "ended by signal 11 (SIGSEGV)", code: nil, signal: 11, isExpected: false)
        #expect(ended.json["cause"] == "ended by signal 11 (SIGSEGV)")
        #expect(ended.json["expected"] == false)
        #expect(ended.json["signal"] == 11)
        #expect(ended.json["exit_code"] == .null)
    }
}
