import CDirtyApp
import DirtyWire

/// What a plugin says of itself, checked.
///
/// Its pointers lead into the plugin's image, which is never unloaded.
struct PluginTable: @unchecked Sendable {
    // Unchecked: the C struct is a copy of constant data, and its functions are meant for the threads the ABI names.

    /// The plugin's table; members beyond the plugin's own struct size are zero.
    let functions: DirtyApp
    /// The plugin's own name.
    let name: String
    /// The plugin's version; empty if it gives none.
    let version: String
    /// The manifest; null if there is none.
    let manifest: JSONValue

    /// The flags among the high 32 that this host understands.
    private static let knownHighFlags = DIRTY_APP_PINNED | DIRTY_APP_EXCLUSIVE

    /// The table at `source`, which `path`'s entry point returned.
    init(copying source: UnsafePointer<DirtyApp>?, path: String) throws(LoadFailure) {
        guard let source else {
            throw LoadFailure(.badTable, "\(path): dirty_app_v1 returned NULL instead of the plugin's table")
        }
        let statedBytes = Int(source.pointee.struct_size)
        let handleEnd = MemoryLayout<DirtyApp>.offset(of: \.handle)! + MemoryLayout<UnsafeRawPointer>.size
        guard statedBytes >= handleEnd else {
            throw LoadFailure(
                .badTable,
                "\(path): the plugin's table says it has \(statedBytes) bytes, but its required members take "
                    + "\(handleEnd); set struct_size to sizeof(DirtyApp)"
            )
        }
        var copy = DirtyApp()
        withUnsafeMutableBytes(of: &copy) { bytes in
            bytes.copyMemory(from: UnsafeRawBufferPointer(start: source, count: min(statedBytes, bytes.count)))
        }
        guard copy.min_host_minor <= UInt16(DIRTY_ABI_MINOR) else {
            throw LoadFailure(
                .newerHostNeeded,
                "\(path): the plugin needs a host with plugin ABI \(DIRTY_ABI_MAJOR).\(copy.min_host_minor), and this one "
                    + "has \(DIRTY_ABI_MAJOR).\(DIRTY_ABI_MINOR); update Dirty Host"
            )
        }
        let unknownFlags = copy.flags & ~Self.knownHighFlags & 0xFFFF_FFFF_0000_0000
        guard unknownFlags == 0 else {
            throw LoadFailure(
                .unknownFlags,
                "\(path): the plugin sets flags 0x\(String(unknownFlags, radix: 16)) that this host must understand and "
                    + "doesn't; update Dirty Host, or build the plugin without them"
            )
        }
        guard copy.handle != nil else {
            throw LoadFailure(.badTable, "\(path): the plugin's table has no handle function")
        }
        guard let name = try Self.text(copy.name, "name", path), !name.isEmpty else {
            throw LoadFailure(.badTable, "\(path): the plugin's table has no name")
        }
        functions = copy
        self.name = name
        version = try Self.text(copy.version, "version", path) ?? ""
        let manifest = try Self.text(copy.manifest, "manifest", path) ?? "null"
        do {
            self.manifest = try JSONValue(parsing: manifest)
        } catch {
            throw LoadFailure(.badTable, "\(path): the manifest in the plugin's table is not JSON: \(error.message)")
        }
    }

    /// Whether no other app may live in the same process.
    var isExclusive: Bool { functions.flags & DIRTY_APP_EXCLUSIVE != 0 }

    /// The names of the flags that are set, as far as they are known.
    var flagNames: [String] {
        let names = [
            (DIRTY_APP_CONCURRENT, "concurrent"), (DIRTY_APP_PINNED, "pinned"), (DIRTY_APP_EXCLUSIVE, "exclusive"),
        ]
        return names.filter { functions.flags & $0.0 != 0 }.map(\.1)
    }

    private static func text(
        _ pointer: UnsafePointer<CChar>?,
        _ member: String,
        _ path: String
    ) throws(LoadFailure) -> String? {
        guard let pointer else { return nil }
        guard let text = String(validatingCString: pointer) else {
            throw LoadFailure(.badTable, "\(path): the \(member) in the plugin's table is not UTF-8")
        }
        return text
    }
}
