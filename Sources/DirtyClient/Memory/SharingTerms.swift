import DirtyWire
import Glibc

/// What a host has granted on a connection: to share memory.
struct SharingTerms: Sendable {
    /// From how many bytes on an attachment is shared.
    let threshold: Int

    /// The terms that the answer to a hello states; nil if it grants nothing, or means another process than this.
    init?(greeting: JSONValue, _ sharing: MemorySharing) {
        guard sharing.isOn, let terms = greeting["shared_memory"], terms["granted"] == true,
            // In a namespace of our own, or after a fork, the host would look for our descriptors elsewhere.
            terms["pid"]?.intValue == Int(getpid()),
            terms["alignment"]?.intValue == SharedMemory.alignment
        else { return nil }
        threshold = sharing.threshold ?? terms["worthwhile_bytes"]?.intValue ?? 1 << 20
    }
}

extension DirtyCallError {
    /// Whether the host says that it can't use memory that we share: then the same bytes may be sent.
    var isAboutSharedMemory: Bool {
        type == .protocol && executed == .no && details["what"]?.stringValue == ProtocolFault.sharedMemory.rawValue
    }
}
