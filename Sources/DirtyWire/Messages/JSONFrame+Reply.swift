extension JSONFrame {
    /// What follows a reply's body.
    public static var closing: CollectionOfOne<UInt8> { CollectionOfOne(UInt8(ascii: "}")) }

    /// How many bytes a reply's frame has before its body: length, type, id, attachments, and the body's name.
    public static func openingBytes(of kind: ReplyKind, idBytes: Int, attachments: [AttachmentPlace] = []) -> Int {
        var count = headerBytes + pieces(of: kind).before.utf8CodeUnitCount
        count += idBytes == 0 ? null.utf8CodeUnitCount : idBytes
        if !attachments.isEmpty {
            count += attachmentsName.utf8CodeUnitCount + attachments.count
            for place in attachments { count += textBytes(of: place) }
        }
        return count + pieces(of: kind).after.utf8CodeUnitCount
    }

    /// Writes what a reply's frame has before its body; returns how many bytes that were.
    ///
    /// After it come `bodyBytes` bytes of body, ``closing``, and the attachments. The length in front counts body and
    /// closing too. `id` is the id's token as the request had it, with its quotes if it is a string; empty stands for
    /// `null`, where no id could be made out. `buffer` has room for ``openingBytes(of:idBytes:attachments:)`` at least.
    @discardableResult
    public static func writeOpening(
        of kind: ReplyKind,
        id: UnsafeRawBufferPointer,
        bodyBytes: Int,
        attachments: [AttachmentPlace] = [],
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        let total = openingBytes(of: kind, idBytes: id.count, attachments: attachments)
        precondition(buffer.count >= total, "The opening of this reply needs \(total) bytes.")
        var position = headerBytes
        func write(_ bytes: UnsafeRawBufferPointer) {
            UnsafeMutableRawBufferPointer(rebasing: buffer[position...]).copyMemory(from: bytes)
            position += bytes.count
        }
        func write(_ text: StaticString) {
            write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
        func write(_ number: Int) {
            let end = position + decimalDigits(number)
            var rest = number
            for place in stride(from: end - 1, through: position, by: -1) {
                buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            position = end
        }
        buffer.storeBigEndian(UInt32(total - headerBytes + bodyBytes + closing.count), at: 0)
        write(pieces(of: kind).before)
        if id.isEmpty { write(null) } else { write(id) }
        if !attachments.isEmpty {
            write(attachmentsName)
            for (index, place) in attachments.enumerated() {
                switch place {
                case .area(let offset, let size):
                    write(areaPieces.offset)
                    write(offset)
                    write(areaPieces.size)
                    write(size)
                    write(areaPieces.end)
                case .inline, .shared:
                    write(place.size)
                }
                buffer[position] = index == attachments.count - 1 ? UInt8(ascii: "]") : UInt8(ascii: ",")
                position += 1
            }
        }
        write(pieces(of: kind).after)
        return position
    }

    private static let attachmentsName: StaticString = #","attachments":["#
    private static let areaPieces: (offset: StaticString, size: StaticString, end: StaticString) = (
        #"{"offset":"#, #","size":"#, "}"
    )
    private static let null: StaticString = "null"

    /// What stands before the id and, but for the attachments, after it.
    private static func pieces(of kind: ReplyKind) -> (before: StaticString, after: StaticString) {
        switch kind {
        case .response: (#"{"type":"response","id":"#, #","result":"#)
        case .chunk: (#"{"type":"chunk","id":"#, #","data":"#)
        case .end: (#"{"type":"end","id":"#, "")
        case .error: (#"{"type":"error","id":"#, #","error":"#)
        case .free: preconditionFailure("A free frame is for the arbiter and never goes to a client.")
        }
    }

    /// How long what a reply says of an attachment is.
    private static func textBytes(of place: AttachmentPlace) -> Int {
        switch place {
        case .inline, .shared:
            return decimalDigits(place.size)
        case .area(let offset, let size):
            let texts =
                areaPieces.offset.utf8CodeUnitCount + areaPieces.size.utf8CodeUnitCount
                + areaPieces.end.utf8CodeUnitCount
            return texts + decimalDigits(offset) + decimalDigits(size)
        }
    }

    private static func decimalDigits(_ size: Int) -> Int {
        var digits = 1
        var rest = size / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return digits
    }
}
