/// Frames in JSON form: a length of four bytes, big-endian, then so many bytes of JSON, then the attachments if there
/// are any.
public enum JSONFrame {
    /// The size of the length.
    public static let headerBytes = 4

    /// The length that the first four bytes of `header` say; there must be as many.
    public static func decodeLength(_ header: UnsafeRawBufferPointer) -> Int {
        Int(header.bigEndian(at: 0, as: UInt32.self))
    }

    /// A whole frame that holds `value`.
    public static func encode(_ value: JSONValue) -> [UInt8] {
        var frame: [UInt8] = [0, 0, 0, 0]
        value.write(into: &frame)
        setLength(of: &frame)
        return frame
    }

    /// A whole frame with a call.
    ///
    /// `args` and `kwargs` are JSON texts. With `attachments`, even none, or an `answerArea`, replies may carry attachments
    /// too; those sent that are inline have to follow the frame.
    public static func request(
        id: UInt64,
        appPath: String,
        action: String,
        args: [UInt8]? = nil,
        kwargs: [UInt8]? = nil,
        timeout: Double? = nil,
        affinity: String? = nil,
        traceparent: String? = nil,
        attachments: [AttachmentPlace]? = nil,
        answerArea: SharedMemory? = nil
    ) -> [UInt8] {
        var frame: [UInt8] = [0, 0, 0, 0]
        frame.reserveCapacity(160 + (args?.count ?? 0) + (kwargs?.count ?? 0))
        frame.append(contentsOf: #"{"type":"request","id":"#.utf8)
        JSONText.appendInteger(id, to: &frame)
        frame.append(contentsOf: #","app_path":"#.utf8)
        JSONText.appendString(appPath, to: &frame)
        frame.append(contentsOf: #","action":"#.utf8)
        JSONText.appendString(action, to: &frame)
        if let timeout {
            frame.append(contentsOf: #","timeout":"#.utf8)
            JSONValue.double(timeout).write(into: &frame)
        }
        if let affinity {
            frame.append(contentsOf: #","affinity":"#.utf8)
            JSONText.appendString(affinity, to: &frame)
        }
        if let traceparent {
            frame.append(contentsOf: #","traceparent":"#.utf8)
            JSONText.appendString(traceparent, to: &frame)
        }
        if let attachments {
            frame.append(contentsOf: #","attachments":["#.utf8)
            for (index, place) in attachments.enumerated() {
                if index > 0 { frame.append(UInt8(ascii: ",")) }
                if case .shared(let memory) = place {
                    append(memory, to: &frame)
                } else {
                    JSONText.appendInteger(place.size, to: &frame)
                }
            }
            frame.append(UInt8(ascii: "]"))
        }
        if let answerArea {
            frame.append(contentsOf: #","answer_area":"#.utf8)
            append(answerArea, to: &frame)
        }
        // Last, so that a host which keeps only the beginning of what it has no room for knows what it was.
        if let args {
            frame.append(contentsOf: #","args":"#.utf8)
            frame.append(contentsOf: args)
        }
        if let kwargs {
            frame.append(contentsOf: #","kwargs":"#.utf8)
            frame.append(contentsOf: kwargs)
        }
        frame.append(UInt8(ascii: "}"))
        setLength(of: &frame)
        return frame
    }

    private static func append(_ memory: SharedMemory, to frame: inout [UInt8]) {
        frame.append(contentsOf: #"{"fd":"#.utf8)
        JSONText.appendInteger(memory.descriptor, to: &frame)
        frame.append(contentsOf: #","inode":"#.utf8)
        JSONText.appendInteger(memory.inode, to: &frame)
        frame.append(contentsOf: #","offset":"#.utf8)
        JSONText.appendInteger(memory.offset, to: &frame)
        frame.append(contentsOf: #","size":"#.utf8)
        JSONText.appendInteger(memory.size, to: &frame)
        frame.append(UInt8(ascii: "}"))
    }

    private static func setLength(of frame: inout [UInt8]) {
        let length = UInt32(frame.count - headerBytes)
        frame.withUnsafeMutableBytes { $0.storeBigEndian(length, at: 0) }
    }
}
