import DirtyWire

/// What the replies to a call depend on.
struct ReplyTerms {
    /// The call's id on the link.
    private(set) var call: UInt64 = 0
    /// The form of results and errors.
    private(set) var form = PayloadForm.json
    /// Whether replies may carry attachments.
    private(set) var takesAttachments = false

    /// The terms where there is no call yet.
    init() {}

    /// The terms of the call that `header` begins.
    init(_ header: LaneRequestHeader) {
        call = header.call
        form = header.form
        takesAttachments = header.flags.contains(.attachmentsInReplies)
    }
}
