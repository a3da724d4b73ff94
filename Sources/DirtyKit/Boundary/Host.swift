internal import CDirtyApp

/// The host's function table, copied: what this plugin knows of it and the host provides.
///
/// `@unchecked`: the C struct holds a pointer that is only handed back to the host, and functions that any thread may
/// call (dirty_app.h says so of each). Nothing is changed after `init`.
final class Host: @unchecked Sendable {
    private let table: DirtyHost

    /// Copies the table; members that an older host doesn't have become null.
    init(_ host: UnsafePointer<DirtyHost>) {
        var table = DirtyHost()
        let known = min(Int(host.pointee.struct_size), MemoryLayout<DirtyHost>.size)
        withUnsafeMutableBytes(of: &table) { $0.copyMemory(from: UnsafeRawBufferPointer(start: host, count: known)) }
        self.table = table
    }

    /// The host's major ABI version.
    var major: UInt16 { table.abi_major }

    /// OK while the call goes on, else why not.
    @inline(__always)
    func poll(_ id: UInt64) -> Int32 {
        table.poll?(table.ctx, id) ?? DIRTY_OK
    }

    /// Says that call `id` answers with a stream, even if no chunk comes.
    ///
    /// A host too old to know that answers null then.
    func beginStream(_ id: UInt64) {
        _ = table.emit?(table.ctx, id, Int32(DIRTY_EMIT_BEGIN), nil, 0, nil, 0)
    }

    /// Sends a chunk; blocks until it is written or the call has ended.
    func emit(_ id: UInt64, _ output: JSONOutput) -> Int32 {
        guard let emit = table.emit else { return DIRTY_E_UNSUPPORTED }
        return output.send { emit(table.ctx, id, Int32(DIRTY_EMIT_CHUNK), $0, $1, $2, $3) }
    }

    /// Ends the call with a result or an error.
    ///
    /// The host has copied or written everything when this returns.
    func finish(_ id: UInt64, status: Int32, _ output: JSONOutput) -> Int32 {
        guard let finish = table.finish else { return DIRTY_E_UNSUPPORTED }
        return output.send { finish(table.ctx, id, status, $0, $1, $2, $3) }
    }

    /// Ends the call with the result that `writer` makes of `value`.
    ///
    /// As ``finish(_:status:_:)`` does.
    func finish<Value>(_ id: UInt64, _ value: Value, _ writer: ValueWriter<Value>) throws -> Int32 {
        try writer.send(value) { table.finish?(table.ctx, id, DIRTY_OK, $0, $1, $2, $3) ?? DIRTY_E_UNSUPPORTED }
    }

    /// Logs a line.
    func log(_ level: Int32, _ line: String) {
        var line = line
        line.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { table.log?(table.ctx, level, $0.baseAddress, $0.count) }
        }
    }

    /// The extension of this name, or nil if the host has none.
    func `extension`(_ name: String) -> UnsafeRawPointer? {
        table.extension?(table.ctx, name)
    }
}
