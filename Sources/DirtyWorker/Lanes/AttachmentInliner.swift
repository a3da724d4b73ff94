import DirtyWire

/// Puts attachments into the JSON that refers to them, for callers that don't know attachments:
/// `{"$attachment":i}` becomes `{"$base64":"…"}`.
enum AttachmentInliner {
    private static let reference = Array(#""$attachment""#.utf8)

    /// Appends the JSON of `value`, which is valid, to `output` with its attachments put in.
    static func inline(_ value: PluginValue, limit: Int, into output: inout [UInt8]) throws(ReplyFailure) {
        let json = value.json
        var copied = 0
        var at = 0
        while at < json.count {
            switch json[at] {
            case UInt8(ascii: "\""):
                at = endOfString(json, at)
            case UInt8(ascii: "{"):
                guard let (index, end) = referenceAt(json, at) else {
                    at += 1
                    continue
                }
                guard let bytes = index.flatMap(value.attachment) else {
                    throw .invalid(
                        "byte \(at) refers to an attachment that isn't there: there are \(value.attachments.count)"
                    )
                }
                guard output.count + (at - copied) + bytes.count / 3 * 4 <= limit else {
                    throw .tooLarge(output.count + (at - copied) + bytes.count / 3 * 4, limit: limit)
                }
                output.append(contentsOf: json[copied..<at])
                output.append(contentsOf: #"{"$base64":""#.utf8)
                Base64.append(bytes, to: &output)
                output.append(contentsOf: #""}"#.utf8)
                copied = end
                at = end
            default:
                at += 1
            }
        }
        output.append(contentsOf: json[copied...])
    }

    /// The index and the end of the reference object that begins at `start`, if one does; a nil index is beyond any
    /// array.
    private static func referenceAt(_ json: UnsafeRawBufferPointer, _ start: Int) -> (index: Int?, end: Int)? {
        var at = skipSpace(json, start + 1)
        guard json[at...].starts(with: reference) else { return nil }
        at = skipSpace(json, at + reference.count)
        guard at < json.count, json[at] == UInt8(ascii: ":") else { return nil }
        at = skipSpace(json, at + 1)
        let digitsStart = at
        var index: Int? = 0
        while at < json.count, case let digit = json[at] &- UInt8(ascii: "0"), digit < 10 {
            index = index.flatMap { $0 < 1 << 32 ? $0 * 10 + Int(digit) : nil }
            at += 1
        }
        guard at > digitsStart else { return nil }
        at = skipSpace(json, at)
        guard at < json.count, json[at] == UInt8(ascii: "}") else { return nil }
        return (index, at + 1)
    }

    private static func skipSpace(_ json: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var at = start
        while at < json.count, [0x20, 0x0A, 0x0D, 0x09].contains(json[at]) { at += 1 }
        return at
    }

    /// The position behind the string that begins at `start`.
    private static func endOfString(_ json: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var at = start + 1
        while at < json.count, json[at] != UInt8(ascii: "\"") {
            at += json[at] == UInt8(ascii: "\\") ? 2 : 1
        }
        return at + 1
    }
}
