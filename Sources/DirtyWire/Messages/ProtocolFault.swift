/// The ways in which a client can break the protocol, as the detail `what` names them.
public enum ProtocolFault: String, Hashable, Sendable, CaseIterable {
    /// The frame holds no JSON object.
    case notJSON = "not_json"
    /// A GD frame's header or payload is malformed.
    case notGD = "not_gd"
    /// A frame, its nesting, an attachment or their number is beyond a limit.
    case tooLarge = "too_large"
    /// The member `attachments` is malformed, so that where the next frame begins is unknown.
    case badAttachments = "bad_attachments"
    /// A message has two members of one name.
    case duplicateMember = "duplicate_member"
    /// The id is that of a call still in flight on the connection.
    case duplicateID = "duplicate_id"
    /// The frame was begun and not finished in time.
    case unfinished = "unfinished"
    /// A member that must be there is not.
    case missingMember = "missing_member"
    /// A member is not what it must be.
    case wrongMember = "wrong_member"
    /// The message's type is unknown.
    case unknownType = "unknown_type"
    /// The message is not allowed on this socket.
    case notAllowed = "not_allowed"

    /// Memory that the client shares can't be used as it says.
    case sharedMemory = "shared_memory"

    /// Whether the connection is closed after the answer, because going on would be neither possible nor safe.
    public var closesConnection: Bool {
        switch self {
        case .notJSON, .notGD, .tooLarge, .badAttachments, .duplicateMember, .duplicateID, .unfinished: true
        case .missingMember, .wrongMember, .unknownType, .notAllowed, .sharedMemory: false
        }
    }
}
