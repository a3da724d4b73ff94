/// A request's id as its client gave it, to be given back exactly so.
enum RequestID: Equatable {
    /// The raw JSON token, quotes included.
    case json(IDToken)
    /// The number in a GD header.
    case gd(UInt64)

    /// Equal for equal ids.
    var keyedHash: UInt64 {
        switch self {
        case .json(let token): token.withUnsafeBytes(KeyedHash.of)
        case .gd(let number): number
        }
    }
}
