import CDirtyApp

/// JSON and attachments that a plugin hands to the host, for the time of one function.
struct PluginValue: @unchecked Sendable {
    // Unchecked: it is used by the thread that made it alone, though under a lock whose value must not keep it.

    /// The JSON text; empty if there is none.
    let json: UnsafeRawBufferPointer
    /// The attachments it refers to.
    let attachments: UnsafeBufferPointer<DirtyOut>

    /// No text, no attachments.
    static var none: PluginValue { PluginValue(nil, 0, nil, 0) }

    init(_ json: UnsafePointer<CChar>?, _ length: Int, _ attachments: UnsafePointer<DirtyOut>?, _ count: UInt32) {
        self.json = UnsafeRawBufferPointer(start: json, count: json == nil ? 0 : length)
        self.attachments = UnsafeBufferPointer(start: attachments, count: attachments == nil ? 0 : Int(count))
    }

    /// The bytes of attachment `index`; nil if there is none.
    func attachment(_ index: Int) -> UnsafeRawBufferPointer? {
        guard attachments.indices.contains(index) else { return nil }
        let bytes = attachments[index]
        return UnsafeRawBufferPointer(start: bytes.ptr, count: bytes.ptr == nil ? 0 : bytes.len)
    }

    /// Tells the plugin that its attachments are needed no more.
    ///
    /// Called once, with no lock held, since it runs its code.
    func release() {
        for attachment in attachments {
            attachment.release?(attachment.ctx)
        }
    }
}
