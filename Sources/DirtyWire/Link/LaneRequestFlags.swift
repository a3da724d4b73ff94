/// What the worker must know of a call besides its contents.
public struct LaneRequestFlags: OptionSet, Hashable, Sendable {
    /// The bits as they travel.
    public var rawValue: UInt16

    /// Flags from the bits of a header; unknown bits are kept.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Replies may carry attachments; otherwise the worker inlines bytes as `{"$base64":…}`.
    public static var attachmentsInReplies: LaneRequestFlags { LaneRequestFlags(rawValue: 1) }
    /// The client named the app by its path, so errors name it so too.
    public static var namedByPath: LaneRequestFlags { LaneRequestFlags(rawValue: 2) }
}
