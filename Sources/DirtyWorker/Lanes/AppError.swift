import CDirtyApp
import DirtyWire

/// The error that a caller gets when a plugin says no.
struct AppError {
    /// A DIRTY_E_ status.
    var status: Int32
    /// What happened, if it is known.
    var message: String?
    /// What else the plugin has to say.
    var details: JSONObject = [:]
    /// Whether the plugin got the call.
    var executed = Executed.yes

    /// An error of our own making.
    init(_ status: Int32, _ message: String? = nil, executed: Executed = .yes) {
        self.status = status
        self.message = message
        self.executed = executed
    }

    /// The error that a plugin states: `json` may be empty, or an object with `message` and `details`.
    init(_ status: Int32, stating json: UnsafeRawBufferPointer) {
        self.init(status)
        guard !json.isEmpty else { return }
        do {
            let value = try JSONValue(parsing: json)
            message = value["message"]?.stringValue ?? value.stringValue
            details = value["details"]?.objectValue ?? [:]
        } catch {
            message =
                "the plugin failed with \(Self.name(of: status)), and what it says of it is not JSON: \(error.message)"
        }
    }

    /// The error as the caller sees it.
    func reply(_ subject: CallSubject) -> ErrorReply {
        var all: JSONObject = [
            "app_path": .string(subject.appPath),
            "action": .string(subject.actionText),
            "status": .int(Int64(status)),
            "status_name": .string(Self.name(of: status)),
        ]
        all.addMissing(from: details)
        let text =
            message ?? "action \(subject.actionText) of app \(subject.appPath) failed with \(Self.name(of: status))"
        return ErrorReply(.app, text, executed: executed, details: all)
    }

    /// The status's name in the ABI, without its prefix.
    static func name(of status: Int32) -> String {
        switch status {
        case DIRTY_OK: "OK"
        case DIRTY_PENDING: "PENDING"
        case DIRTY_E_INTERNAL: "E_INTERNAL"
        case DIRTY_E_INVALID: "E_INVALID"
        case DIRTY_E_NOT_FOUND: "E_NOT_FOUND"
        case DIRTY_E_UNSUPPORTED: "E_UNSUPPORTED"
        case DIRTY_E_BUSY: "E_BUSY"
        case DIRTY_E_CANCELLED: "E_CANCELLED"
        case DIRTY_E_DEADLINE: "E_DEADLINE"
        case DIRTY_E_GONE: "E_GONE"
        case DIRTY_E_NOMEM: "E_NOMEM"
        case DIRTY_E_TOO_LARGE: "E_TOO_LARGE"
        case DIRTY_E_POISONED: "E_POISONED"
        default: "status \(status)"
        }
    }
}
