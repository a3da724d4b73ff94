/// Which attachments a client hands over as memory instead of sending them.
///
/// It takes a host on the same machine, of the same user, that grants it; otherwise, and where memory turns out not to be
/// usable, bytes are sent. Callers see no difference but the time it takes.
public struct MemorySharing: Hashable, Sendable {
    /// From how many bytes on an attachment of a call is shared; nil for what the host says is worth it.
    public var threshold: Int?
    /// Whether the host is asked at all.
    public var isOn: Bool

    /// Attachments that are large enough are shared; the default.
    public static let automatic = MemorySharing(threshold: nil, isOn: true)
    /// All attachments are sent.
    public static let off = MemorySharing(threshold: nil, isOn: false)

    /// Attachments from `threshold` bytes on are shared.
    public static func from(bytes threshold: Int) -> MemorySharing {
        MemorySharing(threshold: threshold, isOn: true)
    }
}
