/// What a client did wrong on the wire, and where.
public struct ProtocolError: Error, Hashable, Sendable {
    /// Which rule is broken.
    public var fault: ProtocolFault
    /// One sentence that says what is wrong and what it should be.
    public var message: String
    /// The byte of the message at which it shows; nil if there is no such place.
    public var offset: Int?

    /// An error with the given contents.
    public init(_ fault: ProtocolFault, _ message: String, at offset: Int? = nil) {
        self.fault = fault
        self.message = message
        self.offset = offset
    }

    /// The error of a message that is not the JSON object it should be.
    public init(_ error: JSONError) {
        let fault: ProtocolFault =
            switch error.reason {
            case .tooDeep: .tooLarge
            case .duplicateMember: .duplicateMember
            case .empty, .truncated, .byteOrderMark, .unexpected, .trailingByte, .controlCharacter, .unknownEscape,
                .loneSurrogate, .invalidUTF8, .numberOutOfRange, .notAnObject:
                .notJSON
            }
        self.init(fault, error.message, at: error.offset)
    }

    /// The error of a GD frame's header or payload that is not what it should be.
    public init(_ error: GDError) {
        let fault: ProtocolFault =
            switch error.reason {
            case .payloadTooLarge, .tooManyItems, .tooDeep: .tooLarge
            case .duplicateMember: .duplicateMember
            case .wrongMagic, .unknownVersion, .unknownType, .truncated, .trailingBytes, .unknownTag, .badBool,
                .invalidUTF8, .keyNotString, .notADictionary, .notFinite, .integerOutOfRange, .numberOutOfRange,
                .unknownAttachment, .badBase64, .json:
                .notGD
            }
        self.init(fault, error.message, at: error.offset)
    }

    /// The error as the client sees it: `what` and `where` are its details, and nothing was executed.
    public var reply: ErrorReply {
        var details: JSONObject = ["what": .string(fault.rawValue)]
        details["where"] = offset.map { JSONValue($0) }
        return ErrorReply(.protocol, message, executed: .no, details: details)
    }
}
