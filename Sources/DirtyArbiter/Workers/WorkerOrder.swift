import ArbiterCore

/// What a worker to be started is given.
struct WorkerOrder: Sendable {
    /// Its id.
    let id: WorkerID
    /// The slot it fills.
    let slot: SlotID
    /// The generation whose images it loads.
    let generation: Int
    /// Why it is started.
    let cause: SpawnCause
    /// Its apps, in the order in which it loads them; a lane's request names an app by its place here.
    let apps: [WorkerApp]
    /// Its lanes.
    let laneCount: Int
    /// The longest frame a client takes, in bytes.
    let maxFrameBytes: Int
    /// How long its lanes look for the next call before they sleep.
    let busyPoll: Duration
    /// The program it runs.
    let executable: String
    /// Environment variables on top of the arbiter's own.
    let environment: [String: String]
    /// Whether its apps are asked for their health before it counts as ready.
    let isGated: Bool
    /// When it must be ready.
    let readyBy: Instant
}

/// One app as a worker is told of it.
struct WorkerApp: Sendable {
    /// The app.
    let id: AppID
    /// The name that calls use.
    let name: String
    /// The path that the operator wrote, for messages.
    let path: String
    /// The generation's private copy, which is what is loaded.
    let image: String
    /// JSON text for the plugin's `open`.
    let config: String
    /// The action that tells whether it is well, asked of workers that a reload starts; nil for none.
    let health: String?
}
