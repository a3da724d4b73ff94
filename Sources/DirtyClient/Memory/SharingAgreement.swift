import Synchronization

/// Whether memory is shared on one connection, until it turns out that the host can't use it.
final class SharingAgreement: Sendable {
    private let current: Mutex<SharingTerms?>

    /// An agreement on `terms`; nil for none.
    init(_ terms: SharingTerms?) {
        current = Mutex(terms)
    }

    /// What has been agreed; nil if all bytes are sent.
    var terms: SharingTerms? { current.withLock { $0 } }

    /// From now on all bytes are sent.
    func end() {
        current.withLock { $0 = nil }
    }
}
