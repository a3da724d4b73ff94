/// Where one attachment of a message is.
public enum AttachmentPlace: Hashable, Sendable {
    /// So many bytes follow the message.
    case inline(Int)
    /// In memory of the client that sends the request.
    case shared(SharedMemory)
    /// In the memory that the request gave for its answer: `size` bytes from the file's byte `offset` on.
    case area(offset: Int, size: Int)

    /// How many bytes it has.
    public var size: Int {
        switch self {
        case .inline(let size), .area(_, let size): size
        case .shared(let memory): memory.size
        }
    }

    /// How many of its bytes follow the message.
    public var inlineBytes: Int {
        switch self {
        case .inline(let size): size
        case .shared, .area: 0
        }
    }
}
