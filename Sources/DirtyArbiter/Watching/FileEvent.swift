import Glibc

/// One event as inotify(7) tells it.
struct FileEvent: Hashable, Sendable {
    /// The watch that it belongs to; -1 if events were lost.
    let watch: Int32
    /// What happened: bits of `IN_…`.
    let mask: UInt32
    /// The name within the watched folder; empty if it is about the folder itself.
    let name: String

    /// The events in what was read from an inotify descriptor, which gives whole ones only.
    static func all(in bytes: UnsafeRawBufferPointer) -> [FileEvent] {
        let headerBytes = MemoryLayout<inotify_event>.size
        var events: [FileEvent] = []
        var offset = 0
        while offset + headerBytes <= bytes.count {
            let header = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let start = offset + headerBytes
            let end = min(bytes.count, start + Int(header.len))
            // Padded with NULs.
            let name = bytes[start..<end].prefix { $0 != 0 }
            events.append(
                FileEvent(watch: header.wd, mask: header.mask, name: String(decoding: name, as: UTF8.self))
            )
            offset = end
        }
        return events
    }

    /// Whether one of these bits is set.
    func has(_ bits: Int32...) -> Bool {
        bits.contains { mask & UInt32(bitPattern: $0) != 0 }
    }
}
