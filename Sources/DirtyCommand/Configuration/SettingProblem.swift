/// Why a text isn't a value of a setting: what stands there, and what should.
struct SettingProblem: Error {
    let message: String

    /// `text` stands where `expected` should.
    init(_ text: String, expected: String) {
        message = text.isEmpty ? "no value where \(expected) is expected" : "'\(text)' is not \(expected)"
    }
}
