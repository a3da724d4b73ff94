import CDirtyApp
import CDirtyWorker

/// The functions that plugins call, with what they need: one for each app.
///
/// Lives as long as the process.
///
/// Every function may be called on any thread, and finds its lane in the call's id.
final class HostTable: Sendable {
    private let logPrefix: [UInt8]
    /// Not counted at each use: they are retained for good.
    private let lanes: [Unmanaged<Lane>]
    private let identity: HostIdentity

    private init(appName: String, worker: WorkerNumber, lanes: [Lane]) {
        logPrefix = Array("[\(appName)] ".utf8)
        self.lanes = lanes.map(Unmanaged.passRetained)
        identity = HostIdentity(app: appName, worker: worker, lanes: lanes.count)
    }

    /// Makes the table for the app called `appName`.
    ///
    /// Never freed, since plugins keep it.
    static func make(appName: String, worker: WorkerNumber, lanes: [Lane]) -> UnsafePointer<DirtyHost> {
        let context = Unmanaged.passRetained(HostTable(appName: appName, worker: worker, lanes: lanes))
        let table = UnsafeMutablePointer<DirtyHost>.allocate(capacity: 1)
        table.initialize(
            to: DirtyHost(
                struct_size: UInt32(MemoryLayout<DirtyHost>.size),
                abi_major: UInt16(DIRTY_ABI_MAJOR),
                abi_minor: UInt16(DIRTY_ABI_MINOR),
                ctx: context.toOpaque(),
                poll: { context, id in
                    HostTable.withLane(context, id) { $0.poll(id) } ?? DIRTY_E_GONE
                },
                emit: { context, id, kind, json, length, attachments, count in
                    let value = PluginValue(json, length, attachments, count)
                    defer { value.release() }
                    return HostTable.withLane(context, id) { $0.emit(id, kind: kind, value) } ?? DIRTY_E_GONE
                },
                finish: { context, id, status, json, length, attachments, count in
                    let value = PluginValue(json, length, attachments, count)
                    defer { value.release() }
                    return HostTable.withLane(context, id) { $0.finish(id, status: status, value) } ?? DIRTY_E_GONE
                },
                alloc: { context, id, size in
                    HostTable.withLane(context, id) { $0.allocate(id, bytes: size) } ?? nil
                },
                log: { context, level, message, length in
                    HostTable.log(
                        context,
                        level,
                        UnsafeRawBufferPointer(start: message, count: message == nil ? 0 : length)
                    )
                },
                extension: { context, name in
                    HostTable.extension(context, name)
                }
            )
        )
        return UnsafePointer(table)
    }

    /// Runs `body` with the lane that `id` names; nil if there is no such lane.
    @inline(__always)
    private static func withLane<Result>(
        _ context: UnsafeMutableRawPointer?,
        _ id: UInt64,
        _ body: (Lane) -> Result
    ) -> Result? {
        guard let context else { return nil }
        // The table is shared by all lanes: counting references to it would have them fight over one cache line.
        return Unmanaged<HostTable>.fromOpaque(context)._withUnsafeGuaranteedRef { table in
            let index = Int(id & 0xFF)
            return index < table.lanes.count ? table.lanes[index]._withUnsafeGuaranteedRef(body) : nil
        }
    }

    private static func `extension`(
        _ context: UnsafeMutableRawPointer?,
        _ name: UnsafePointer<CChar>?
    ) -> UnsafeRawPointer? {
        guard let context, let name, String(cString: name) == HostIdentity.extensionName else { return nil }
        return Unmanaged<HostTable>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.identity.text }
    }

    private static func log(_ context: UnsafeMutableRawPointer?, _ level: Int32, _ message: UnsafeRawBufferPointer) {
        guard let context else { return }
        var line = (LogLevel(rawValue: level) ?? .info).linePrefix
        Unmanaged<HostTable>.fromOpaque(context)._withUnsafeGuaranteedRef { line.append(contentsOf: $0.logPrefix) }
        let newlines: [UInt8] = [0x0A, 0x0D]
        for byte in message {
            line.append(newlines.contains(byte) ? UInt8(ascii: " ") : byte)
        }
        line.append(UInt8(ascii: "\n"))
        line.withUnsafeBytes { bytes in
            dirty_process_log(bytes.baseAddress, bytes.count)
        }
    }
}
