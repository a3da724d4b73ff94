internal import CDirtyApp
import Synchronization

/// The function table of the app this image exports: what `dirty_app_v1` returns.
///
/// The table's functions get no table, and C functions carry no type: so the image keeps, in one place, how its app is
/// opened. Every plugin has a DirtyKit of its own, hence a table of its own.
struct AppTable: @unchecked Sendable {
    // `@unchecked`: the table is written once, before its pointer leaves `make`, and never freed.
    private let pointer: UnsafePointer<CDirtyApp.DirtyApp>
    private let type: ObjectIdentifier
    private let open: @Sendable (UnsafePointer<DirtyHost>, [UInt8]) throws -> AppInstance

    private static let exported = Mutex<AppTable?>(nil)

    /// The table of `App`, made at the first call.
    static func table<App: DirtyApp>(of app: App.Type) -> UnsafeRawPointer {
        exported.withLock { exported in
            if exported == nil { exported = make(app) }
            guard let table = exported, table.type == ObjectIdentifier(app) else {
                preconditionFailure("a plugin exports one app; build a second one as a library of its own")
            }
            return UnsafeRawPointer(table.pointer)
        }
    }

    private static func make<App: DirtyApp>(_ app: App.Type) -> AppTable {
        let pointer = UnsafeMutablePointer<CDirtyApp.DirtyApp>.allocate(capacity: 1)
        var table = CDirtyApp.DirtyApp()
        table.struct_size = UInt32(MemoryLayout<CDirtyApp.DirtyApp>.size)
        table.abi_minor = UInt16(DIRTY_ABI_MINOR)
        table.flags = flags(of: app)
        table.name = permanent(Array(App.name.utf8))
        table.version = permanent(Array(App.version.utf8))
        table.manifest = permanent(Manifest.json(of: app))
        table.open = { host, config, length, app, error, capacity in
            AppTable.open(host, config, length, app, error, capacity)
        }
        table.handle = { app, request in
            guard let app, let request else { return DIRTY_E_INVALID }
            return Unmanaged<AppInstance>.fromOpaque(app)._withUnsafeGuaranteedRef { $0.handle(request) }
        }
        table.close = { app in
            guard let app else { return }
            Unmanaged<AppInstance>.fromOpaque(app).takeRetainedValue().close()
        }
        // Only async actions need to be told; the host keeps a thread for whoever has the hook.
        if App.actions.list.contains(where: \.signature.isAsync) {
            table.cancel = { app, call, _ in
                guard let app else { return }
                AppTable.instance(app).cancel(call)
            }
        }
        pointer.initialize(to: table)
        return AppTable(
            pointer: UnsafePointer(pointer),
            type: ObjectIdentifier(app),
            open: { try AppInstance(App.self, host: $0, configuration: $1) }
        )
    }

    private static func flags<App: DirtyApp>(of app: App.Type) -> UInt64 {
        var flags: UInt64 = 0
        if app is any ConcurrentDirtyApp.Type { flags |= DIRTY_APP_CONCURRENT }
        if App.placement.contains(.pinned) { flags |= DIRTY_APP_PINNED }
        if App.placement.contains(.exclusive) { flags |= DIRTY_APP_EXCLUSIVE }
        return flags
    }

    /// The text with its NUL, for the process's life.
    private static func permanent(_ text: [UInt8]) -> UnsafePointer<CChar> {
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count + 1)
        for (index, byte) in text.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[text.count] = 0
        return UnsafePointer(copy)
    }

    private static func instance(_ app: UnsafeMutableRawPointer) -> AppInstance {
        Unmanaged<AppInstance>.fromOpaque(app).takeUnretainedValue()
    }

    private static func open(
        _ host: UnsafePointer<DirtyHost>?,
        _ config: UnsafePointer<CChar>?,
        _ length: Int,
        _ app: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        _ error: UnsafeMutablePointer<CChar>?,
        _ capacity: Int
    ) -> Int32 {
        // Never under the lock: an app's init may take minutes and do anything.
        guard let host, let app, let table = exported.withLock({ $0 }) else { return DIRTY_E_INVALID }
        let configuration = [UInt8](UnsafeRawBufferPointer(start: config, count: length))
        do {
            app.pointee = Unmanaged.passRetained(try table.open(host, configuration)).toOpaque()
            return DIRTY_OK
        } catch let thrown {
            let reason = AppError(any: thrown)
            write(reason.message, to: UnsafeMutableBufferPointer(start: error, count: error == nil ? 0 : capacity))
            return reason.status.rawValue
        }
    }

    /// Writes as much of `message` as fits, whole characters, and the NUL.
    private static func write(_ message: String, to buffer: UnsafeMutableBufferPointer<CChar>) {
        guard !buffer.isEmpty else { return }
        let bytes = Array(message.utf8)
        var count = min(bytes.count, buffer.count - 1)
        while count > 0, count < bytes.count, bytes[count] & 0xC0 == 0x80 { count -= 1 }
        for index in 0..<count { buffer[index] = CChar(bitPattern: bytes[index]) }
        buffer[count] = 0
    }
}
