import Testing

@testable import DirtyArbiter

@Suite("Hooks as settings")
struct ArbiterHooksTests {
    @Test("a change of commands or time is told, by the names in the file")
    func changes() {
        var hooks = ArbiterHooks()
        hooks.onStarting = .command("true")
        hooks.workerInit = .command("true")
        var wanted = hooks
        #expect(hooks.changes(wanted) == [])
        wanted.onStarting = nil
        wanted.postFork = .command("true")
        wanted.workerInit = .command("false")
        wanted.timeout = .seconds(1)
        #expect(
            hooks.changes(wanted)
                == ["on_dirty_starting", "dirty_post_fork", "dirty_worker_init", "dirty_hook_timeout"]
        )
    }
}
