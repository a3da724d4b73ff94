import DirtyWire

/// What a call answered, or one chunk of a stream: JSON text as the plugin wrote it, and the bytes it refers to.
public struct DirtyResult: Sendable {
    /// The value as JSON text.
    public var json: [UInt8]
    /// Raw bytes that the value refers to as `{"$attachment":0}` and so on.
    public var attachments: [[UInt8]]
    /// Where the attachments were when they came.
    var places: [AttachmentPlace] = []

    /// A result of JSON text and the bytes it refers to.
    public init(json: [UInt8], attachments: [[UInt8]] = []) {
        self.json = json
        self.attachments = attachments
    }

    /// Whether it is null, as that of an action that has nothing to say.
    var isNull: Bool {
        json.elementsEqual("null".utf8)
    }

    /// Fetches those attachments that are in `area`, which the request gave.
    ///
    /// Throws if they aren't there.
    mutating func fetchAttachments(from area: MemoryFile?) throws(DirtyCallError) {
        for (index, place) in places.enumerated() {
            guard case .area(let offset, let size) = place else { continue }
            guard let bytes = area?.bytes(at: offset, count: size) else {
                throw Reply.notUnderstood("an attachment is said to be in shared memory, and isn't")
            }
            attachments[index] = bytes
        }
        places = []
    }

    /// The value as a tree, bytes still as references.
    ///
    /// Throws an error of kind ``DirtyCallError/Kind/result`` if the text is not JSON, which only a broken host sends.
    public func value() throws(DirtyCallError) -> JSONValue {
        do {
            return try JSONValue(parsing: json)
        } catch {
            throw DirtyCallError(.result, "the result is not JSON: \(error.message)", executed: .yes)
        }
    }

    /// The value as a `type`; bytes become `[UInt8]`, `Data` or another collection of bytes.
    ///
    /// Throws an error of kind ``DirtyCallError/Kind/result`` if the value has another shape.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(DirtyCallError) -> Value {
        let value = try value()
        do {
            return try ResultDecoder.decode(type, from: value, attachments: attachments)
        } catch {
            throw DirtyCallError(
                .result,
                "the result is not a \(type): \(CodingProblem.text(of: error))",
                executed: .yes
            )
        }
    }
}
