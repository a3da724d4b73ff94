import CDirtyApp

/// Why what a plugin hands over can't be sent.
enum ReplyFailure: Error {
    /// It isn't what it should be; a clause that says so.
    case invalid(String)
    /// It has too many bytes.
    case tooLarge(Int, limit: Int)
    /// It has too many bytes with its attachments.
    case beyondFrame(limit: Int)

    /// What the plugin is told.
    var status: Int32 {
        switch self {
        case .invalid: DIRTY_E_INVALID
        case .tooLarge, .beyondFrame: DIRTY_E_TOO_LARGE
        }
    }

    /// What the caller is told, if the call can't have another answer.
    var error: AppError {
        switch self {
        case .invalid(let clause):
            AppError(DIRTY_E_INTERNAL, "the plugin's result is not valid: \(clause)")
        case .tooLarge(let bytes, let limit):
            AppError(
                DIRTY_E_TOO_LARGE,
                "the plugin's result has \(bytes) bytes, and \(limit) are allowed; send it in chunks or as attachments"
            )
        case .beyondFrame(let limit):
            AppError(
                DIRTY_E_TOO_LARGE,
                "the plugin's result is longer, with its attachments, than the \(limit) bytes of an answer; send it in chunks"
            )
        }
    }
}
