import CDirtyApp
import Synchronization
import Testing

import DirtyKit

@Suite("The exported table", .serialized)
struct AppTableTests {
    /// What the functions below were told; they are C functions, and have only their context.
    private final class Record: Sendable {
        let endings = Mutex<[(id: UInt64, status: Int32, text: String)]>([])
        let answer = Mutex<Int32>(DIRTY_OK)
    }

    private func table() -> CDirtyApp.DirtyApp {
        export(Exported.self).assumingMemoryBound(to: CDirtyApp.DirtyApp.self).pointee
    }

    private func withHost<Result>(
        _ record: Record,
        _ body: (UnsafePointer<DirtyHost>) throws -> Result
    ) rethrows -> Result {
        var host = DirtyHost()
        host.struct_size = UInt32(MemoryLayout<DirtyHost>.size)
        host.abi_major = 1
        host.ctx = Unmanaged.passUnretained(record).toOpaque()
        host.poll = { _, _ in DIRTY_OK }
        host.finish = { context, id, status, text, length, _, _ in
            let record = Unmanaged<Record>.fromOpaque(context!).takeUnretainedValue()
            let json = String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
            record.endings.withLock { $0.append((id, status, json)) }
            return record.answer.withLock { $0 }
        }
        return try withUnsafePointer(to: &host, body)
    }

    private func handle(_ table: CDirtyApp.DirtyApp, _ app: UnsafeMutableRawPointer?, _ action: StaticString) -> Int32 {
        func view(_ text: StaticString) -> DirtyView { DirtyView(ptr: text.utf8Start, len: text.utf8CodeUnitCount) }
        var request = DirtyRequest()
        request.struct_size = UInt32(MemoryLayout<DirtyRequest>.size)
        request.id = 77
        request.action = view(action)
        request.args = view("[]")
        request.kwargs = view("{}")
        return table.handle(app, &request)
    }

    @Test("says what the app is, and is the same every time")
    func contents() {
        let table = table()
        #expect(table.struct_size == UInt32(MemoryLayout<CDirtyApp.DirtyApp>.size))
        #expect(table.abi_minor == 0)
        #expect(table.min_host_minor == 0)
        #expect(String(cString: table.name) == "exported")
        #expect(String(cString: table.version) == "2.0")
        #expect(table.flags == DIRTY_APP_CONCURRENT | DIRTY_APP_PINNED | DIRTY_APP_EXCLUSIVE)
        #expect(String(cString: table.manifest).hasPrefix(#"{"actions":[{"name":"good""#))
        #expect(table.cancel != nil)
        #expect(export(Exported.self) == export(Exported.self))
    }

    @Test("opens, answers once, and closes")
    func life() throws {
        let record = Record()
        let table = table()
        try withHost(record) { host in
            var app: UnsafeMutableRawPointer?
            #expect(table.open(host, "null", 4, &app, nil, 0) == DIRTY_OK)
            let opened = try #require(app)
            #expect(handle(table, opened, "good") == DIRTY_OK)
            #expect(handle(table, opened, "bad") == DIRTY_OK)
            #expect(handle(table, opened, "void") == DIRTY_OK)
            table.cancel(opened, 77, DIRTY_E_CANCELLED)
            table.close(opened)
        }
        record.endings.withLock { endings in
            #expect(endings.map(\.status) == [DIRTY_OK, DIRTY_E_BUSY])
            #expect(endings.map(\.text) == ["1", #"{"message":"busy"}"#])
            #expect(endings.map(\.id) == [77, 77])
        }
    }

    @Test("a host that refuses the answer is not asked twice")
    func refused() throws {
        let record = Record()
        record.answer.withLock { $0 = DIRTY_E_GONE }
        let table = table()
        try withHost(record) { host in
            var app: UnsafeMutableRawPointer?
            #expect(table.open(host, "", 0, &app, nil, 0) == DIRTY_OK)
            let opened = try #require(app)
            #expect(handle(table, opened, "good") == DIRTY_OK)
            #expect(handle(table, opened, "bad") == DIRTY_OK)
            table.close(app)
        }
        #expect(record.endings.withLock(\.count) == 2)
    }

    @Test("an app that can't be made leaves its reason, cut to what fits", arguments: [256, 20, 19, 1])
    func failing(_ capacity: Int) {
        let table = table()
        withHost(Record()) { host in
            var app: UnsafeMutableRawPointer?
            var reason = [CChar](repeating: 0x7F, count: 256)
            let configuration = #"{"fail":"ééééééééé"}"#
            let status = table.open(host, configuration, configuration.utf8.count, &app, &reason, capacity)
            #expect(status == DIRTY_E_NOT_FOUND)
            #expect(app == nil)
            let whole = "no ééééééééé here"
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            #expect(whole.hasPrefix(text))
            #expect(text.utf8.count <= capacity - 1)
            #expect(text.utf8.count >= min(whole.utf8.count, capacity - 2))
            #expect(reason[text.utf8.count] == 0)
        }
    }

    @Test("a host of another major is refused")
    func otherMajor() {
        let table = table()
        withHost(Record()) { host in
            var other = host.pointee
            other.abi_major = 2
            var app: UnsafeMutableRawPointer?
            var reason = [CChar](repeating: 0, count: 256)
            #expect(table.open(&other, "", 0, &app, &reason, 256) == DIRTY_E_UNSUPPORTED)
            #expect(
                reason.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
                    == "this plugin speaks ABI major 1, the host 2"
            )
        }
    }

    @Test("an older host's shorter table is read only as far as it goes")
    func shorterTable() throws {
        let record = Record()
        let table = table()
        try withHost(record) { host in
            var short = host.pointee
            short.struct_size = UInt32(MemoryLayout<DirtyHost>.offset(of: \.alloc)!)
            short.extension = { _, _ in fatalError("beyond the table") }
            var app: UnsafeMutableRawPointer?
            #expect(table.open(&short, "", 0, &app, nil, 0) == DIRTY_OK)
            let opened = try #require(app)
            #expect(handle(table, opened, "good") == DIRTY_OK)
            table.close(app)
        }
        #expect(record.endings.withLock(\.count) == 1)
    }
}

/// The app this test image exports.
private final class Exported: ConcurrentDirtyApp {
    struct Configuration: Decodable {
        var fail: String?
    }

    static let name = "exported"
    static let version = "2.0"
    static let placement: Placement = [.pinned, .exclusive]

    init(context: AppContext) throws {
        if let fail = try context.configuration(as: Configuration.self).fail {
            throw AppError(.notFound, "no \(fail) here")
        }
    }

    static var actions: Actions<Exported> {
        Action("good") { _ in 1 }
        Action("bad") { _ -> Int in throw AppError(.busy, "busy") }
        Action("void") { _ in await Task.yield() }
    }
}
