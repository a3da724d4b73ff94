import ArbiterCore
import Testing

@testable import DirtyArbiter

@Suite("Changed files")
struct FileChangesTests {
    private func at(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test("they settle when nothing has happened for a while, writing included")
    func settling() {
        var changes = FileChanges()
        changes.postpone(now: at(50))
        #expect(changes.settled == nil)
        changes.note("a", .written, now: at(100))
        #expect(changes.settled == at(400))
        changes.postpone(now: at(350))
        #expect(changes.settled == at(650))
        #expect(changes.take(exists: { _ in true }, isOptional: { _ in false }) == ["a"])
        #expect(changes.settled == nil)
    }

    @Test("a file that is gone matters only where its app goes with it")
    func removed() {
        var changes = FileChanges()
        for path in ["directory/a", "named/b"] { changes.note(path, .removed, now: at(1)) }
        changes.note("named/c", .written, now: at(1))
        let taken = changes.take(exists: { _ in false }, isOptional: { $0.hasPrefix("directory/") })
        #expect(taken == ["directory/a"])
    }

    @Test("a file that was removed and is there again is waited for until it has been written")
    func again() {
        var changes = FileChanges()
        changes.note("a", .removed, now: at(1))
        #expect(changes.take(exists: { _ in true }, isOptional: { _ in true }).isEmpty)
        changes.note("a", .removed, now: at(2))
        changes.note("a", .written, now: at(3))
        #expect(changes.take(exists: { _ in true }, isOptional: { _ in true }) == ["a"])
    }
}
