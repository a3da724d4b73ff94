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
    /// The most bytes that they may have: a frame, of less than 1 GiB, and they pass through one buffer, of less than 4.
    private static let maxAttachmentBytes = 3 << 30

    /// Limits for frames up to `frameBytes`, whose attachments may have up to `attachmentBytes` if any may.
    init(frameBytes: Int, attachmentBytes: Int) {
        self.frameBytes = frameBytes
        self.attachmentBytes = min(attachmentBytes, Self.maxAttachmentBytes)
    }

    /// The limits that a configuration sets.
    init(_ configuration: ArbiterConfiguration) {
        self.init(frameBytes: configuration.maxFrameBytes, attachmentBytes: configuration.memoryBudgetBytes)
    }
}
