/// What a JSON value is, as its first byte tells.
enum JSONKind: UInt8 {
    case null, bool, number, string, array, object
}
