import NIOCore

/// A request's id as its client gave it, to be given back exactly so.
enum RequestID: Hashable {
    /// The raw JSON token, quotes included.
    case json(ByteBuffer)
    /// The number in a GD header.
    case gd(UInt64)
}
