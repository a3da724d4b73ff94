import DirtyWire
import Testing

@testable import ArbiterCore
@testable import DirtyArbiter

@Suite("Results of reloads")
struct ReloadResultTests {
    private func result(_ outcome: ReloadResult.Outcome, skipped: [SkippedPlugin] = []) -> ReloadResult {
        ReloadResult(outcome: outcome, generation: 4, skipped: skipped, time: .milliseconds(1500))
    }

    private let name = { (app: AppID) in "app\(app.rawValue)" }

    @Test("a reload that went well is no error")
    func success() {
        #expect(result(.completed).error(name) == nil)
        #expect(result(.unchanged).isSuccess)
        #expect(result(.completed).json(name) == ["outcome": "completed", "generation": 4, "seconds": 1.5])
    }

    @Test("one that was rolled back says why, for which app, and what the worker left")
    func rolledBack() {
        let failure = ReloadFailure(slot: SlotID(1), worker: WorkerID(9), app: AppID(2), cause: "signal 6 ended it")
        let words = ReloadResult.LastWords(worker: WorkerID(9), outputTail: "oh no", traceback: "at x")
        let error = result(.rolledBack(failure, words)).error(name)
        #expect(error?.type == .reload)
        #expect(error?.executed == .no)
        #expect(error?.message == "rolled back to generation 4: app app2: signal 6 ended it")
        #expect(error?.details["app"] == "app2")
        #expect(error?.details["worker_id"] == 9)
        #expect(error?.details["generation"] == 4)
        #expect(error?.details["output_tail"] == "oh no")
        #expect(error?.details["traceback"] == "at x")
    }

    @Test("one that left plugins out has been done, and is an error that names them")
    func skipped() {
        let plugin = SkippedPlugin(app: "a", path: "/p/a.so", reason: "/p/a.so: is text", keepsOldCode: true)
        let error = result(.completed, skipped: [plugin]).error(name)
        #expect(error?.executed == .yes)
        #expect(error?.message.contains("a keeps its old code: /p/a.so: is text") == true)
        #expect(error?.details["skipped"]?.arrayValue?.first?["path"] == "/p/a.so")
    }
}
