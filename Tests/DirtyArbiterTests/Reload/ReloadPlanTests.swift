import ArbiterCore
import Testing

@testable import DirtyArbiter

@Suite("Plans of reloads")
struct ReloadPlanTests {
    /// The plan's steps as words, such as `keep` and `renew a`.
    private func steps(
        _ catalogue: AppCatalogue,
        _ configuration: ArbiterConfiguration,
        _ scope: ReloadScope
    ) throws -> [String] {
        try ReloadPlan(from: catalogue, to: configuration, scope: scope).steps.map { step in
            switch step {
            case .keep: "keep"
            case .renew(let app): "renew \(app.name)"
            case .remove: "remove"
            }
        }
    }

    @Test("a whole reload renews what stays, removes what is gone, and adds what is new at the end")
    func whole() throws {
        let plan = try steps(catalogue(app("a"), app("b")), configuration(app("c"), app("a")), .all)
        #expect(plan == ["renew a", "remove", "renew c"])
    }

    @Test("a reload of some apps leaves the others alone, whatever the configuration says of them")
    func some() throws {
        let old = catalogue(app("a"), app("b"), app("c"))
        let new = configuration(app("a"), app("c"), app("d"), app("e"))
        #expect(try steps(old, new, .apps(["a", "d"])) == ["renew a", "keep", "keep", "renew d"])
        #expect(try steps(old, new, .apps(["b"])) == ["keep", "remove", "keep"])
    }

    @Test("an app may be named by its path, as calls may")
    func byPath() throws {
        let apps = configuration(app("a"), app("b"))
        #expect(try steps(catalogue(app("a"), app("b")), apps, .apps(["/plugins/b.so"])) == ["keep", "renew b"])
    }

    @Test("changed files renew the apps whose plugin or neighbour they are, and bring new ones")
    func files() throws {
        let entries = [
            AppCatalogue.Entry(app("a"), plugin(1, neighbours: ["../lib/help.so"])),
            AppCatalogue.Entry(app("b"), plugin(2)),
        ]
        let old = AppCatalogue(generation: 3, entries: entries, skipped: [])
        let new = configuration(app("a"), app("b"), app("c"))
        #expect(try steps(old, new, ReloadScope(paths: ["/plugins/../lib/help.so"])) == ["renew a", "keep"])
        #expect(try steps(old, new, ReloadScope(paths: ["/plugins/b.so"])) == ["keep", "renew b"])
        #expect(try steps(old, new, ReloadScope(paths: ["/plugins/c.so"])) == ["keep", "keep", "renew c"])
        #expect(try steps(old, new, ReloadScope(paths: ["/elsewhere"])) == ["keep", "keep"])
    }

    @Test("the id of a removed app is given to no other, not even to one of its name")
    func tombstones() throws {
        let entries = [
            AppCatalogue.Entry(app("a"), plugin(1)).removed(), AppCatalogue.Entry(app("b"), plugin(2)),
        ]
        let old = AppCatalogue(generation: 3, entries: entries, skipped: [])
        #expect(old.find("a") == nil)
        #expect(try steps(old, configuration(app("a"), app("b")), .all) == ["remove", "renew b", "renew a"])
        #expect(try steps(old, configuration(app("a"), app("b")), .apps(["b"])) == ["remove", "renew b"])
    }

    @Test("a name that nobody has is refused, with the names that there are")
    func unknown() {
        let error = #expect(throws: ArbiterError.self) {
            try ReloadPlan(from: catalogue(app("a")), to: configuration(app("b")), scope: .apps(["x"]))
        }
        #expect(error?.message.contains("no app x") == true)
        #expect(error?.message.contains("a, b") == true)
    }

    @Test("two apps of one name refuse the reload")
    func duplicates() {
        #expect(throws: ArbiterError.self) {
            try ReloadPlan(from: catalogue(app("a")), to: configuration(app("a"), app("a")), scope: .all)
        }
    }

    @Test("what is asked for together is done together")
    func union() {
        let both = ReloadScope.apps(["a"]).union(ReloadScope(paths: ["/p"]))
        #expect(both == ReloadScope(names: ["a"], paths: ["/p"]))
        #expect(ReloadScope.apps(["a"]).union(.all).isAll)
    }
}
