internal import CDirtyApp

/// The byte buffers that came with a call, borrowed from the host until the call ends.
struct AttachmentViews {
    /// No attachments.
    static var none: AttachmentViews { AttachmentViews(views: nil, count: 0, call: nil) }

    private let views: UnsafePointer<DirtyView>?
    /// How many there are.
    let count: Int
    /// Whose they are; nil where no call is (configuration).
    ///
    /// Unowned: a cursor is copied often, and none outlives its call.
    unowned(unsafe) let call: Call?

    init(views: UnsafePointer<DirtyView>?, count: Int, call: Call?) {
        self.views = views
        self.count = views == nil ? 0 : count
        self.call = call
    }

    /// The attachments of `call`, which `request` brought.
    init(_ request: UnsafePointer<DirtyRequest>, _ call: Call) {
        self.init(views: request.pointee.attachments, count: Int(request.pointee.attachment_count), call: call)
    }

    /// Lends buffers of our own as attachments, for the duration of `body`.
    static func lending<Result>(
        _ attachments: [[UInt8]],
        _ body: (AttachmentViews) throws -> Result
    ) rethrows -> Result {
        // One buffer and views into it: bytes can only be lent one closure deep each.
        let slab = attachments.flatMap { $0 }
        return try slab.withUnsafeBufferPointer { bytes in
            var views: [DirtyView] = []
            var at = 0
            for attachment in attachments {
                views.append(DirtyView(ptr: bytes.baseAddress.map { $0 + at }, len: attachment.count))
                at += attachment.count
            }
            return try views.withUnsafeBufferPointer { views in
                try body(AttachmentViews(views: views.baseAddress, count: views.count, call: nil))
            }
        }
    }

    /// The bytes of attachment `index`, or nil if there is none of that number.
    subscript(index: Int) -> UnsafeRawBufferPointer? {
        guard let views, index >= 0, index < count else { return nil }
        return UnsafeRawBufferPointer(start: views[index].ptr, count: views[index].len)
    }
}
