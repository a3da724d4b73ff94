import ArbiterCore
import Testing

@testable import DirtyArbiter

@Suite("Drafts of reloads")
struct ReloadDraftTests {
    private typealias Taken = [String: Result<PluginIntake.Plugin, ArbiterError>]

    private func draft(
        _ old: AppCatalogue,
        _ wanted: ArbiterConfiguration,
        _ scope: ReloadScope = .all,
        taken: Taken
    ) throws -> ReloadDraft {
        let running = ArbiterConfiguration(apps: [], workers: 2, runtimeDirectory: "/run")
        return try ReloadDraft(
            ReloadPlan(from: old, to: wanted, scope: scope),
            from: old,
            generation: old.generation + 1,
            running: running,
            wanted: wanted,
            taken: taken
        )
    }

    private let broken = Result<PluginIntake.Plugin, ArbiterError>.failure(ArbiterError(.plugin, "it is broken"))

    @Test("what is renewed has a new image, and what is kept shares its old one")
    func sharing() throws {
        let old = catalogue(app("a"), app("b"))
        let draft = try draft(
            old,
            configuration(app("a"), app("b")),
            .apps(["b"]),
            taken: ["/plugins/b.so": .success(plugin(7))]
        )
        #expect(draft.catalogue.entries.map(\.image.number) == [1, 7])
        #expect(draft.renewed == [AppID(1)])
        #expect(draft.changes)
        #expect(draft.newImages.map(\.number) == [7])
    }

    @Test("a broken plugin refuses the reload, unless it was found in a directory")
    func refused() throws {
        let old = catalogue(app("a"))
        let error = #expect(throws: ArbiterError.self) {
            try draft(old, configuration(app("a")), taken: ["/plugins/a.so": broken])
        }
        #expect(error?.message == "it is broken")
    }

    @Test("of a directory, what is broken keeps its old code, or is left out")
    func skipped() throws {
        let old = catalogue(app("a", fromDirectory: true))
        let draft = try draft(
            old,
            configuration(app("a", fromDirectory: true), app("b", fromDirectory: true)),
            taken: ["/plugins/a.so": broken, "/plugins/b.so": broken]
        )
        #expect(draft.catalogue.hosted.map(draft.catalogue.name) == ["a"])
        #expect(draft.catalogue.entries[0].image.number == 1)
        #expect(draft.renewed.isEmpty)
        #expect(draft.catalogue.skipped.map(\.app) == ["a", "b"])
        #expect(draft.catalogue.skipped.map(\.keepsOldCode) == [true, false])
    }

    @Test("what was left out before is remembered while it is there, and no fault of a reload of something else")
    func stillSkipped() throws {
        let skipped = SkippedPlugin(app: "x", path: "/plugins/x.so", reason: "r", keepsOldCode: false)
        let entries = [AppCatalogue.Entry(app("a"), plugin(1))]
        let old = AppCatalogue(generation: 2, entries: entries, skipped: [skipped])
        let taken: Taken = ["/plugins/a.so": .success(plugin(2))]
        let there = configuration(app("a"), app("x", fromDirectory: true))
        let part = try draft(old, there, .apps(["a"]), taken: taken)
        #expect(part.catalogue.skipped == [skipped])
        #expect(part.skipped.isEmpty)
        #expect(try draft(old, configuration(app("a")), .apps(["a"]), taken: taken).catalogue.skipped.isEmpty)
        #expect(try draft(old, configuration(app("a")), taken: taken).catalogue.skipped.isEmpty)
    }

    @Test("a reload of files that are nobody's changes nothing")
    func unchanged() throws {
        let old = catalogue(app("a"))
        #expect(try !draft(old, configuration(app("a")), ReloadScope(paths: ["/x"]), taken: [:]).changes)
        #expect(try draft(old, configuration(), .apps(["a"]), taken: [:]).changes)
    }

    @Test("defaults and numbers come with a whole reload only, and the rest is told to wait for the next start")
    func settings() throws {
        let old = catalogue(app("a"))
        var wanted = configuration(app("a"))
        wanted.workers = 5
        wanted.timeout = .seconds(9)
        wanted.threads = 3
        let taken: Taken = ["/plugins/a.so": .success(plugin(2))]
        let whole = try draft(old, wanted, taken: taken)
        #expect(whole.configuration.workers == 5)
        #expect(whole.configuration.timeout == .seconds(9))
        #expect(whole.configuration.threads == 1)
        #expect(whole.leftForNextStart == ["dirty_threads"])
        let part = try draft(old, wanted, .apps(["a"]), taken: taken)
        #expect(part.configuration.workers == 2)
        #expect(part.configuration.timeout == .seconds(300))
        #expect(part.leftForNextStart.isEmpty)
    }
}
