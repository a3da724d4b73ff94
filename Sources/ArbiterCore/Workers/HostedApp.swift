/// What a ready worker says of an app it has loaded.
public struct HostedApp: Hashable, Sendable {
    /// The app.
    public var app: AppID
    /// Whether one instance takes many calls at once; else the worker gets one call at a time for it.
    public var isConcurrent: Bool
    /// Whether its calls must all run on lane 0.
    public var isPinned: Bool

    /// An app with the flags that its plugin declared.
    public init(app: AppID, isConcurrent: Bool, isPinned: Bool) {
        self.app = app
        self.isConcurrent = isConcurrent
        self.isPinned = isPinned
    }
}
