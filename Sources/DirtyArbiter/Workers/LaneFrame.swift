import DirtyWire
import NIOCore

/// One reply frame as a lane sent it.
struct LaneFrame {
    /// Its header.
    let header: LaneReplyHeader
    /// The attachments' sizes, in order.
    let attachmentSizes: [Int]
    /// The result, or the whole error object, in the form that the call's client speaks.
    let body: ByteBuffer
    /// The attachments' bytes, one after the other; nil if there are none.
    let attachments: ByteBuffer?
}
