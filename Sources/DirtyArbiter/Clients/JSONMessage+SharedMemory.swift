import DirtyWire
import Glibc
import NIOCore

extension JSONMessage {
    /// The memory that the request shares with the worker that will run it, which process `owner` has open; nil if none.
    ///
    /// Throws if the answer's is not told as it must be, or has more than `maxBytes`.
    func sharedMemory(of owner: pid_t, maxBytes: Int) throws(ProtocolError) -> LaneSharedMemory? {
        let area = try text.withUnsafeReadableBytes { bytes throws(ProtocolError) in
            try head.answerArea(in: bytes, maxBytes: maxBytes)
        }
        var attachments: [LaneSharedMemory.Attachment] = []
        for (index, place) in (attachmentPlaces ?? []).enumerated() {
            guard case .shared(let memory) = place else { continue }
            attachments.append(LaneSharedMemory.Attachment(index: index, memory: memory))
        }
        guard area != nil || !attachments.isEmpty else { return nil }
        return LaneSharedMemory(owner: owner, attachments: attachments, area: area)
    }
}
