/// What the arbiter must know of a reply besides its contents.
public struct LaneReplyFlags: OptionSet, Hashable, Sendable {
    /// The bits as they travel.
    public var rawValue: UInt8

    /// Flags from the bits of a header; unknown bits are kept.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The call is answered and the lane still busy: a ``ReplyKind/free`` frame follows when it is not.
    public static var laneStaysBusy: LaneReplyFlags { LaneReplyFlags(rawValue: 1) }
    /// The worker couldn't give the call to the plugin: the error is its own, not the plugin's.
    public static var rejected: LaneReplyFlags { LaneReplyFlags(rawValue: 2) }
    /// After the sizes comes, a u64 each, where the attachments begin in the call's answer area.
    public static var usesArea: LaneReplyFlags { LaneReplyFlags(rawValue: 4) }
}
