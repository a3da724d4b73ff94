import ArbiterCore
import DirtyWire

extension LaneReply {
    /// The core's word for a frame that begins with `header`.
    init(_ header: LaneReplyHeader) {
        self =
            switch header.kind {
            case .response: .response
            case .chunk: .chunk
            case .end: .end
            case .error: header.flags.contains(.rejected) ? .rejection : .error
            case .free: .free
            }
    }
}
