/// A value that JSON has no form for.
enum UnwritableValue: Error, CustomStringConvertible {
    /// Infinity or not-a-number, as written here.
    case notFinite(String)
    /// The type's own encoding wrote nothing, or broke the rules of `Encoder`.
    case broken(String)

    var description: String {
        switch self {
        case .notFinite(let number): "\(number) can't be a result: JSON has no infinity and no not-a-number"
        case .broken(let what): "a value can't be written as JSON: \(what)"
        }
    }
}
