import DirtyWire

/// A frame that a worker sent on a lane.
struct LaneReply {
    var header: LaneReplyHeader
    var body: [UInt8]
    /// Where its attachments are.
    var places: [AttachmentPlace]
    /// Their bytes; empty for those in the answer area.
    var attachments: [[UInt8]]

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    var json: JSONValue {
        get throws { try JSONValue(parsing: body) }
    }
}
