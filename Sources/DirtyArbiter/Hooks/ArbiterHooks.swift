/// What is to be run at moments of a host's life; nothing unless it is set.
///
/// Hooks of one worker run one after the other, in the order of its life; those of different workers run side by side. None
/// holds up the host's work, but for the first, and a stop waits for those that are due.
public struct ArbiterHooks: Sendable {
    /// One thing to run.
    public enum Hook: Sendable {
        /// A command line for `/bin/sh`, which gets the event as a JSON object on its standard input; what it prints is
        /// logged.
        ///
        /// It leads a process group of its own, which is killed when its time is over.
        case command(String)
        /// A closure.
        ///
        /// Its task is cancelled when its time is over; one that doesn't heed that holds up the later hooks of its
        /// worker, and the stop.
        case closure(@Sendable (HookEvent) async throws -> Void)

        /// Its command line; nil for a closure.
        var command: String? {
            switch self {
            case .command(let line): line
            case .closure: nil
            }
        }
    }

    /// Before anything is started; if it fails, the host doesn't start.
    public var onStarting: Hook?
    /// When a worker's process has been started.
    public var postFork: Hook?
    /// When a worker has loaded its apps.
    public var workerInit: Hook?
    /// When a worker has ended; once for each that had been started.
    public var workerExit: Hook?
    /// How long a hook may run.
    public var timeout: Duration = .seconds(10)

    /// No hooks.
    public init() {}

    /// The settings, by their names in the file, that differ in `wanted`; closures, which no file can name, are passed over.
    func changes(_ wanted: ArbiterHooks) -> [String] {
        let commands = HookEvent.Moment.allCases.filter { self[$0]?.command != wanted[$0]?.command }.map(\.rawValue)
        return commands + (timeout == wanted.timeout ? [] : ["dirty_hook_timeout"])
    }

    /// What runs at `moment`.
    subscript(moment: HookEvent.Moment) -> Hook? {
        switch moment {
        case .starting: onStarting
        case .postFork: postFork
        case .workerInit: workerInit
        case .workerExit: workerExit
        }
    }
}
