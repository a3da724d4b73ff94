/// What a reload changes: the apps as they are to be, and which of them have new code or a new configuration.
public struct Rollout: Sendable {
    /// The generation whose images the replaced workers load; greater than all before.
    public var generation: Int
    /// The apps by their id; nil for one that is removed, and longer than before for those that are added.
    public var apps: [AppConfiguration?]
    /// Workers wanted for apps that name no number of their own.
    public var workers: Int
    /// The apps whose workers must be replaced; slots that host none of them, and what they hosted, stay as they are.
    public var renewed: Set<AppID>

    /// A reload to `generation`.
    public init(generation: Int, apps: [AppConfiguration?], workers: Int, renewed: Set<AppID>) {
        self.generation = generation
        self.apps = apps
        self.workers = workers
        self.renewed = renewed
    }
}

/// How a reload ended.
public enum ReloadOutcome: Hashable, Sendable {
    /// Every worker that had to be replaced was.
    case completed
    /// A new worker failed, and every slot went back to the images it had.
    case rolledBack(ReloadFailure)
}

/// Why a reload failed.
public struct ReloadFailure: Hashable, Sendable {
    /// The slot whose new worker failed; nil if the arbiter was stopped.
    public var slot: SlotID?
    /// The worker that failed; nil if the arbiter was stopped.
    public var worker: WorkerID?
    /// The app that it failed for, where that is known.
    public var app: AppID?
    /// What happened, in words: the plugin's own reason where it gave one.
    public var cause: String
}

/// A step of a reload, for whoever watches.
public struct ReloadProgress: Hashable, Sendable {
    /// What a slot has come to.
    public enum Event: String, Hashable, Sendable {
        /// The old worker ends first, as an app of the slot wants it.
        case stopping
        /// A worker of the new generation was ordered.
        case spawning
        /// It has taken the slot over; the old one ends its calls.
        case ready
        /// The old worker has gone: the slot is done.
        case done
        /// A slot was closed that the new configuration doesn't have; its worker ends its calls.
        case closing
        /// A new worker failed: all slots go back.
        case failed
        /// A slot goes back to what it had.
        case returning
    }

    /// What happened.
    public var event: Event
    /// The slot it happened to.
    public var slot: SlotID
    /// The worker, if one has a part in it.
    public var worker: WorkerID?
    /// Slots done so far.
    public var done: Int
    /// Slots that the reload has to do with.
    public var total: Int
}
