/// What a message from a client asks for: its member `type`.
public enum MessageKind: String, Hashable, Sendable, CaseIterable {
    /// Call an app.
    case request
    /// Stop caring for a call.
    case cancel
    /// Say who and what is here.
    case hello
    /// Answer at once.
    case ping
    /// List the apps and their actions.
    case describe
    /// Say how it is going.
    case status
    /// Read or change the tables shared by workers.
    case stash
    /// Change the pool; on the control socket only.
    case manage

    /// The kind named by the bytes of a `type` member; nil if there is none of that name.
    init?(_ name: ShortText) {
        switch name.count {
        case 4 where name == "ping": self = .ping
        case 5 where name == "hello": self = .hello
        case 5 where name == "stash": self = .stash
        case 6 where name == "cancel": self = .cancel
        case 6 where name == "status": self = .status
        case 6 where name == "manage": self = .manage
        case 7 where name == "request": self = .request
        case 8 where name == "describe": self = .describe
        default: return nil
        }
    }
}
