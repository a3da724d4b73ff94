import FFIManifest

/// A kind of handles, with the function that ends one.
final class HandleKind {
    let name: String
    let maximum: Int
    /// Nanoseconds after the last use; nil for never.
    let timeToLive: UInt64?
    let free: Helper?
    /// How many there are.
    var count = 0

    init(_ name: String, _ handle: ManifestHandle, _ libraries: Libraries) throws {
        self.name = name
        maximum = handle.maximum
        timeToLive = handle.timeToLive.map { UInt64($0 * 1e9) }
        free = try handle.free.map {
            try Helper($0, in: handle.library, of: [.address], result: .void, libraries, at: "/handles/\(name)/free")
        }
    }
}
