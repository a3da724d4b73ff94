/// A text that is not JSON, and where it stops being so.
struct JSONFault: Error, Equatable {
    /// What is wrong at the offset.
    enum Reason: String {
        case unexpectedByte = "an unexpected byte"
        case endOfText = "the text ends too early"
        case controlByte = "a control byte inside a string"
        case badEscape = "a wrong escape"
        case badNumber = "a number that is not one"
        case notUTF8 = "bytes that are not UTF-8"
        case tooDeep = "deeper nesting than 512"
        case textAfterValue = "more text after the value"
    }

    let reason: Reason
    /// Counted in bytes from the start of the text.
    let offset: Int

    init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    var message: String { "not valid JSON: \(reason.rawValue) at byte \(offset)" }
}
