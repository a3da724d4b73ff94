import ArbiterCore
import Glibc

/// An app, as a call names it; shared by all calls that name it so.
final class AppName: Sendable {
    /// What the call says.
    let text: String
    /// The app.
    let app: AppID
    /// Whether it is named by its path, not by its name.
    let isPath: Bool

    /// `app`, named by `text`.
    init(text: String, app: AppID, isPath: Bool) {
        self.text = text
        self.app = app
        self.isPath = isPath
    }

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
