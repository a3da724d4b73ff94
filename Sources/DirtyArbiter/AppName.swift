import ArbiterCore
import Glibc

/// An app, as a call names it.
struct AppName: Sendable {
    /// What the call says.
    let text: String
    /// The app.
    let app: AppID
    /// Whether it is named by its path, not by its name.
    let isPath: Bool

    /// The hash to find it by.
    var hash: UInt64 {
        var text = text
        return text.withUTF8 { KeyedHash.of(UnsafeRawBufferPointer($0)) }
    }

    /// Whether `other` says the same.
    func `is`(_ other: UnsafeRawBufferPointer) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.count == other.count else { return false }
            guard let mine = bytes.baseAddress, let theirs = other.baseAddress else { return true }
            return memcmp(mine, theirs, bytes.count) == 0
        }
    }
}
