import ArbiterCore
import DirtyWire

extension LaneReply {
    /// The core's word for a frame's kind.
    init(_ kind: ReplyKind) {
        self =
            switch kind {
            case .response: .response
            case .chunk: .chunk
            case .end: .end
            case .error: .error
            case .free: .free
            }
    }
}
