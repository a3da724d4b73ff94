/// An error for the client, with all it can carry.
///
/// Throw it from an action, or from an app's `init`.
///
/// ```swift
/// throw AppError(.notFound, code: "no_such_image", "there is no image 7", details: ["id": 7])
/// ```
///
/// The client gets a `DirtyAppError` with this message; its `details` hold ``code``, the status and ``details``. Any
/// other error thrown from an action arrives the same way, with its description as the message and
/// ``AppStatus/internal``.
public struct AppError: Error, Sendable {
    /// What kind of "no" it is.
    public var status: AppStatus
    /// A name of the failure that programs can compare, or nil.
    public var code: String?
    /// What failed, with which value, and what to do; for people.
    public var message: String
    /// More facts, for programs.
    ///
    /// Names that the host uses itself (`error_type`, `app_path`, `action`, `status`, …) are overridden by it.
    public var details: [String: JSON]

    /// An error with these parts.
    /// - Parameters:
    ///   - status: What kind of "no" it is.
    ///   - code: A name of the failure that programs can compare.
    ///   - message: What failed, with which value, and what to do.
    ///   - details: More facts, for programs.
    public init(
        _ status: AppStatus,
        code: String? = nil,
        _ message: String,
        details: [String: JSON] = [:]
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
    }

    /// An error of status ``AppStatus/internal``.
    /// - Parameter message: What failed, with which value, and what to do.
    public init(_ message: String) {
        self.init(.internal, message)
    }
}

extension AppError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}

extension AppError {
    /// What to tell the client of any error that author code threw.
    init(any error: any Error, call: Call? = nil) {
        switch error {
        case let error as AppError: self = error
        case let error as any AppErrorConvertible: self = error.appError
        case let error as UnwritableValue: self.init(.internal, error.description)
        case is CancellationError:
            let status = call?.status ?? .cancelled
            self.init(status, status == .deadline ? "the call's deadline has passed" : "the call was cancelled")
        default: self.init(.internal, String(describing: error))
        }
    }

    /// The error as `finish` takes it: `{"message":…,"details":{…}}`.
    func write(to output: inout JSONOutput) throws {
        var details = details
        if let code { details["code"] = .string(code) }
        output.append("{\"message\":")
        output.append(string: message)
        if !details.isEmpty {
            output.append(",\"details\":")
            try details.write(to: &output)
        }
        output.append("}")
    }
}
