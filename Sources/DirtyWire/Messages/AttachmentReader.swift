/// Reads the member `attachments`, in requests and in replies.
enum AttachmentReader {
    /// Whose attachments are read.
    enum Sender {
        /// A client's: an object tells of memory that the client shares.
        case client
        /// A host's: an object tells of a place in the request's answer area.
        case host
    }

    /// What the JSON array at `range` of a checked message says of each attachment of `sender`.
    ///
    /// Throws if one is neither an integer of 0 or above nor an object that tells of memory, if there are more than
    /// `maxCount`, or more than `maxTotalBytes` together.
    static func read(
        _ message: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        of sender: Sender,
        maxCount: Int,
        maxTotalBytes: Int
    ) throws(ProtocolError) -> [AttachmentPlace] {
        var reader = JSONReader(UnsafeRawBufferPointer(rebasing: message[range]))
        var places: [AttachmentPlace] = []
        var total = 0
        _ = reader.skip(UInt8(ascii: "["))
        guard !reader.skip(UInt8(ascii: "]")) else { return places }
        repeat {
            let isObject = reader.next() == UInt8(ascii: "{")
            let offset = range.lowerBound + reader.position
            let place = try isObject ? memory(&reader, of: sender, at: offset) : inline(&reader, at: offset)
            guard places.count < maxCount else {
                throw ProtocolError(.tooLarge, "more than \(maxCount) attachments in one message", at: offset)
            }
            guard place.size <= maxTotalBytes - total else {
                throw ProtocolError(.tooLarge, "the attachments have more than \(maxTotalBytes) bytes", at: offset)
            }
            total += place.size
            places.append(place)
        } while reader.skip(UInt8(ascii: ","))
        return places
    }

    private static func inline(
        _ reader: inout JSONReader,
        at offset: Int
    ) throws(ProtocolError) -> AttachmentPlace {
        guard let size = reader.size() else {
            throw ProtocolError(
                .badAttachments,
                "the member \"attachments\" must hold integers of 0 or above, the size of each attachment",
                at: offset
            )
        }
        return .inline(size)
    }

    private static func memory(
        _ reader: inout JSONReader,
        of sender: Sender,
        at offset: Int
    ) throws(ProtocolError) -> AttachmentPlace {
        do throws(MemoryMembers.Problem) {
            let members = try MemoryMembers(&reader)
            switch sender {
            case .client: return .shared(try members.sharedMemory())
            case .host: return try members.area()
            }
        } catch {
            throw ProtocolError(
                .badAttachments,
                "an object in the member \"attachments\" \(error.clause)",
                at: offset
            )
        }
    }
}

extension JSONReader {
    /// Reads the number that comes next, if it is an integer of 0 or above.
    fileprivate mutating func size() -> Int? {
        integer().flatMap { $0 >= 0 ? $0 : nil }
    }
}
