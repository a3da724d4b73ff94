import DirtyWire

/// A frame that a worker sent on a lane.
struct LaneReply {
    var header: LaneReplyHeader
    var body: [UInt8]
    var attachments: [[UInt8]]

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    var json: JSONValue {
        get throws { try JSONValue(parsing: body) }
    }
}
