import Glibc
import Testing

@testable import DirtyArbiter

@Suite("Events of files")
struct FileEventTests {
    /// An event as the kernel lays it out.
    private func bytes(_ watch: Int32, _ mask: UInt32, _ name: String, padding: Int) -> [UInt8] {
        let length = name.isEmpty ? 0 : name.utf8.count + padding
        var header = inotify_event()
        (header.wd, header.mask, header.len) = (watch, mask, UInt32(length))
        return withUnsafeBytes(of: header) { Array($0.prefix(16)) } + Array(name.utf8)
            + [UInt8](repeating: 0, count: name.isEmpty ? 0 : padding)
    }

    @Test("several come in one read, with and without names")
    func several() {
        let all =
            bytes(3, UInt32(IN_CLOSE_WRITE), "libA.so", padding: 9) + bytes(4, UInt32(IN_IGNORED), "", padding: 0)
            + bytes(3, UInt32(IN_MOVED_TO), "b", padding: 15)
        let events = all.withUnsafeBytes(FileEvent.all)
        #expect(events.map(\.watch) == [3, 4, 3])
        #expect(events.map(\.name) == ["libA.so", "", "b"])
        #expect(events[0].has(IN_CLOSE_WRITE) && !events[0].has(IN_MOVED_TO, IN_DELETE))
    }

    @Test("what is cut short is no event, and no harm")
    func truncated() {
        let whole = bytes(1, UInt32(IN_CREATE), "name", padding: 12)
        for count in 0..<16 {
            #expect(whole.prefix(count).withUnsafeBytes { FileEvent.all(in: $0) }.isEmpty)
        }
        #expect(whole.prefix(18).withUnsafeBytes { FileEvent.all(in: $0) }.first?.name == "na")
    }
}
