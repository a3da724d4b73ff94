/// What one message of a client may be.
struct FrameLimits {
    /// The longest frame, in bytes.
    let frameBytes: Int
    /// The most that the attachments behind one frame may have together, in bytes.
    let attachmentBytes: Int
    /// The most attachments that one message may have.
    let attachmentCount = Self.maxAttachmentCount

    /// The most attachments that any message may have.
    static let maxAttachmentCount = 1024
}
