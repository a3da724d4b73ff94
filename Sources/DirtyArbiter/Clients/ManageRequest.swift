import ArbiterCore
import DirtyWire

/// What the owner asks for in a `manage` message.
enum ManageRequest: Hashable, Sendable {
    /// So many workers more or, below zero, fewer.
    case grow(by: Int)
    /// So many workers.
    case scale(to: Int)
    /// Load these apps anew; all, and the configuration with them, for nil.
    case reload([String]?)
    /// Replace the worker of a slot.
    case restart(Target)
    /// End; at once, or gracefully.
    case stop(atOnce: Bool)
    /// List the calls that are refused because they kill workers.
    case listQuarantine
    /// Take them again: those of this app, or all for nil.
    case clearQuarantine(app: String?)

    /// How a worker is named.
    enum Target: Hashable, Sendable {
        /// By its slot.
        case slot(SlotID)
        /// By its process.
        case pid(Int)
    }

    /// Reads a `manage` message, in whichever form it came.
    init(_ message: JSONValue) throws(ErrorReply) {
        switch message["op"]?.stringValue {
        case "add":
            self = .grow(by: try Self.count(message))
        case "remove":
            self = .grow(by: -(try Self.count(message)))
        case "scale":
            self = try Self.scale(message)
        case "reload":
            self = .reload(try Self.apps(message))
        case "restart":
            self = .restart(try Self.target(message))
        case "stop":
            self = .stop(atOnce: try Self.flag("now", message))
        case "quarantine":
            self = try Self.quarantine(message)
        default:
            throw Self.wrong("op", "one of add, remove, scale, reload, restart, stop, quarantine")
        }
    }

    private static func count(_ message: JSONValue) throws(ErrorReply) -> Int {
        guard let value = given("count", message) else { return 1 }
        guard let count = value.intValue, count > 0, count <= limit else {
            throw wrong("count", "a whole number above 0")
        }
        return count
    }

    private static func scale(_ message: JSONValue) throws(ErrorReply) -> ManageRequest {
        if let value = given("delta", message) {
            guard let delta = value.intValue, abs(delta) <= limit else { throw wrong("delta", "a whole number") }
            return .grow(by: delta)
        }
        guard let count = message["workers"]?.intValue, (0...limit).contains(count) else {
            throw wrong("workers", "a whole number from 0 to \(limit)")
        }
        return .scale(to: count)
    }

    private static func apps(_ message: JSONValue) throws(ErrorReply) -> [String]? {
        guard let value = given("apps", message) else { return nil }
        let names = value.arrayValue?.compactMap(\.stringValue)
        guard let names, names.count == value.arrayValue?.count, !names.isEmpty else {
            throw wrong("apps", "a list of apps' names, or left out for all")
        }
        return names
    }

    private static func target(_ message: JSONValue) throws(ErrorReply) -> Target {
        if let slot = given("slot", message) {
            guard let number = slot.intValue else { throw wrong("slot", "a slot's number, as status shows it") }
            return .slot(SlotID(number))
        }
        guard let pid = message["pid"]?.intValue else {
            throw wrong("slot", "a slot's number, as status shows it; a member \"pid\" may name its process instead")
        }
        return .pid(pid)
    }

    private static func quarantine(_ message: JSONValue) throws(ErrorReply) -> ManageRequest {
        switch message["do"]?.stringValue {
        case "list":
            return .listQuarantine
        case "clear":
            guard let app = given("app", message) else { return .clearQuarantine(app: nil) }
            guard let name = app.stringValue else { throw wrong("app", "an app's name") }
            return .clearQuarantine(app: name)
        default:
            throw wrong("do", "list or clear")
        }
    }

    private static func flag(_ member: String, _ message: JSONValue) throws(ErrorReply) -> Bool {
        guard let value = given(member, message) else { return false }
        guard let flag = value.boolValue else { throw wrong(member, "true or false") }
        return flag
    }

    /// A member, unless it is missing or null.
    private static func given(_ member: String, _ message: JSONValue) -> JSONValue? {
        message[member].flatMap { $0 == .null ? nil : $0 }
    }

    /// The most workers that can be asked for, as `dirty_workers` has it.
    private static let limit = 4096

    /// The error for a member that isn't what it must be.
    static func wrong(_ member: String, _ expected: String) -> ErrorReply {
        ProtocolError(.wrongMember, "the member \"\(member)\" of a manage message must be \(expected)").reply
    }
}
