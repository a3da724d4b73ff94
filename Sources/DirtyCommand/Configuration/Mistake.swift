/// Something wrong in the configuration, and where.
struct Mistake: Error, Hashable, CustomStringConvertible {
    let origin: Origin
    /// What is wrong, with the value, and what to write instead.
    let message: String

    /// Place and message on one line.
    var description: String { "\(origin): \(message)" }
}
