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

    /// The bytes of attachment `index`, or nil if there is none of that number.
    subscript(index: Int) -> UnsafeRawBufferPointer? {
        guard let views, index >= 0, index < count else { return nil }
        return UnsafeRawBufferPointer(start: views[index].ptr, count: views[index].len)
    }
}
