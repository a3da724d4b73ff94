internal import CDirtyApp
import DirtyKit
import Glibc
import Synchronization

/// The C function table an app is given, and what its functions do.
///
/// `@unchecked`: the table is written once, in `init`; the rest is in mutexes.
final class HostTable: @unchecked Sendable {
    private let table = UnsafeMutablePointer<DirtyHost>.allocate(capacity: 1)
    private let identity: UnsafeMutablePointer<CChar>
    private let calls = Mutex<[UInt64: CallState]>([:])
    private let lines = Mutex<[TestLogLine]>([])
    private let lastID = Atomic<UInt64>(0)

    init(appName: String) {
        let members: JSON = ["app": .string(appName), "worker_id": 1, "slot": 0, "lanes": 1]
        identity = strdup(String(decoding: (try? RawJSON(encoding: members).text) ?? [], as: UTF8.self))
        var host = DirtyHost()
        host.struct_size = UInt32(MemoryLayout<DirtyHost>.size)
        host.abi_major = UInt16(DIRTY_ABI_MAJOR)
        host.abi_minor = UInt16(DIRTY_ABI_MINOR)
        // Unretained: the app holds the table, and is closed before the host that owns both is gone.
        host.ctx = Unmanaged.passUnretained(self).toOpaque()
        host.poll = { context, id in HostTable.from(context).call(id)?.status ?? DIRTY_E_GONE }
        host.emit = { context, id, kind, text, length, attachments, count in
            guard let call = HostTable.from(context).call(id) else { return DIRTY_E_GONE }
            if kind == DIRTY_EMIT_BEGIN { return call.beginStream() }
            return call.emit(.init(text, length, attachments, count))
        }
        host.finish = { context, id, status, text, length, attachments, count in
            let value = text.map { CallState.Value($0, length, attachments, count) }
            return HostTable.from(context).call(id)?.finish(status, value) ?? DIRTY_E_GONE
        }
        host.log = { context, level, message, length in
            let bytes = UnsafeRawBufferPointer(start: message, count: length)
            HostTable.from(context).append(level, String(decoding: bytes, as: UTF8.self))
        }
        host.extension = { context, name in
            guard let name, String(cString: name) == "dirty.identity/1" else { return nil }
            return UnsafeRawPointer(HostTable.from(context).identity)
        }
        table.initialize(to: host)
    }

    deinit {
        table.deallocate()
        free(identity)
    }

    /// What the app is given.
    var pointer: UnsafeRawPointer { UnsafeRawPointer(table) }

    /// What the app has logged.
    var log: [TestLogLine] { lines.withLock { $0 } }

    /// Begins a call.
    func begin(_ request: TestRequest, timeout: Duration?, on lanes: Lanes) -> TestCall {
        let state = CallState(id: lastID.wrappingAdd(1, ordering: .relaxed).newValue, timeout: timeout)
        calls.withLock { $0[state.id] = state }
        let call = TestCall(state, lanes)
        if let timeout { call.stop(after: timeout) }
        lanes.run(state, request)
        return call
    }

    private func call(_ id: UInt64) -> CallState? { calls.withLock { $0[id] } }

    private func append(_ level: Int32, _ message: String) {
        let line = TestLogLine(level: AppLogger.Level(rawValue: level) ?? .error, message: message)
        lines.withLock { $0.append(line) }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HostTable {
        Unmanaged<HostTable>.fromOpaque(context!).takeUnretainedValue()
    }
}

extension CallState.Value {
    /// Copies what the app lends.
    fileprivate init(
        _ text: UnsafePointer<CChar>?,
        _ length: Int,
        _ attachments: UnsafePointer<DirtyOut>?,
        _ count: UInt32
    ) {
        self.text = [UInt8](UnsafeRawBufferPointer(start: text, count: length))
        self.attachments = UnsafeBufferPointer(start: attachments, count: Int(count)).map { out in
            let bytes = [UInt8](UnsafeRawBufferPointer(start: out.ptr, count: out.len))
            out.release?(out.ctx)
            return bytes
        }
    }
}
