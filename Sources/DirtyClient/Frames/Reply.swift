import DirtyWire

/// A whole reply as it came from the host.
struct Reply: Sendable {
    /// What a reply carries.
    enum Contents: Sendable {
        case response(DirtyResult)
        case chunk(DirtyResult)
        case end
        case error(DirtyCallError)
    }

    /// The id of the request it answers; nil if the host couldn't tell.
    let id: UInt64?
    let contents: Contents

    /// The reply that `head` was read from `text`, and the bytes that followed it: those of the attachments at `places`, none
    /// for what is in the request's answer area.
    ///
    /// Throws if it is none that we understand; the connection it came on is then of no more use.
    init(
        _ head: ReplyHead,
        text: UnsafeRawBufferPointer,
        places: [AttachmentPlace],
        attachments: [[UInt8]]
    ) throws(DirtyCallError) {
        func value(_ range: Range<Int>?) -> JSONValue? {
            range.flatMap { try? JSONValue(parsing: UnsafeRawBufferPointer(rebasing: text[$0])) }
        }
        func result(_ range: Range<Int>?) throws(DirtyCallError) -> DirtyResult {
            guard let range else { throw Self.notUnderstood("a reply has no result") }
            var result = DirtyResult(json: Array(text[range]), attachments: attachments)
            result.places = places
            return result
        }
        id = value(head.id?.range)?.uintValue
        switch head.kind {
        case .response:
            contents = .response(try result(head.result))
        case .chunk:
            contents = .chunk(try result(head.data))
        case .end:
            contents = .end
        case .error:
            guard let error = value(head.error) else { throw Self.notUnderstood("an error has no 'error'") }
            contents = .error(DirtyCallError(errorObject: error))
        case .free, nil:
            throw Self.notUnderstood("a message is no reply")
        }
    }

    /// The head of a reply's JSON text, and where its attachments are.
    static func head(
        scanning text: UnsafeRawBufferPointer
    ) throws(DirtyCallError) -> (head: ReplyHead, places: [AttachmentPlace]) {
        let head: ReplyHead
        do throws(JSONError) {
            head = try ReplyHead(scanning: text)
        } catch {
            throw notUnderstood(error.message)
        }
        do throws(ProtocolError) {
            return (head, try head.attachmentPlaces(in: text))
        } catch {
            throw notUnderstood(error.message)
        }
    }

    /// The error for what isn't a reply.
    static func notUnderstood(_ problem: String) -> DirtyCallError {
        DirtyCallError(
            .protocol,
            "what answers at the socket doesn't speak Dirty Host's protocol: \(problem)",
            executed: .maybe
        )
    }
}
