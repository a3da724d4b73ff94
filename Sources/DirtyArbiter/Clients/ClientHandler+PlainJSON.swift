import ArbiterCore
import DirtyWire

/// The short way of requests that came whole, in one piece, with nothing but texts: most are such.
///
/// What is said here of a request is what ``ClientHandler/handle(_:)`` says of it on the long way.
extension ClientHandler {
    /// Longer ones are not copied more often than they must be.
    private static let plainBytes = UInt32(OutgoingBytes.copyLimitBytes)

    /// Takes the plain requests at the front of `bytes`; returns what follows them.
    func takePlain(_ bytes: UnsafeRawBufferPointer, _ reader: JSONMessageReader) -> UnsafeRawBufferPointer {
        var rest = bytes
        guard !reader.isAmidFrame else { return rest }
        while rest.count >= 4, takesMessages {
            let length = UInt32(bigEndian: rest.loadUnaligned(as: UInt32.self))
            let end = 4 + Int(length)
            guard length <= min(Self.plainBytes, UInt32(clamping: loop.configuration.maxFrameBytes)), rest.count >= end
            else { break }
            let text = UnsafeRawBufferPointer(rebasing: rest[4..<end])
            guard let request = reader.plainRequest(text), take(request, in: text) else { break }
            rest = UnsafeRawBufferPointer(rebasing: rest[end...])
        }
        return rest
    }

    /// Hands a request to the core; false if it must go the long way, which says what is wrong with it.
    private func take(_ request: PlainRequest, in text: UnsafeRawBufferPointer) -> Bool {
        guard let name = loop.generations.current.find(UnsafeRawBufferPointer(rebasing: text[request.appPath])) else {
            return false
        }
        var timeout: Duration?
        if let span = request.timeout {
            guard let read = try? RequestHead.timeout(span, in: text) else { return false }
            timeout = read
        }
        let pending = PendingCall(
            client: self,
            requestID: .json(IDToken(UnsafeRawBufferPointer(rebasing: text[request.id]))),
            name: name,
            form: .json,
            flags: request.takesAttachments ? .attachmentsInReplies : [],
            texts: CallTexts(
                action: UnsafeRawBufferPointer(rebasing: text[request.action]),
                args: UnsafeRawBufferPointer(rebasing: text[request.args]),
                kwargs: UnsafeRawBufferPointer(rebasing: text[request.kwargs])
            )
        )
        messagesRead += 1
        call(
            pending,
            bytes: text.count,
            timeout: timeout,
            affinity: request.affinity.map { AffinityKey.hash(UnsafeRawBufferPointer(rebasing: text[$0])) }
        )
        return true
    }
}
