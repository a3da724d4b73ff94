/// Something the shell must do; actions of one event are performed in order.
///
/// Those of every call are short; what others bring is held apart, or all would be as long.
public enum Action: Hashable, Sendable {
    /// Start a process for `slot` that loads `apps` from the images of `generation`.
    ///
    /// Answered by `workerReady`, `workerFailedToLoad` or `workerExited`. A gated worker is to take the place of one
    /// that serves: its apps are asked for their health before it is said to be ready.
    indirect case spawn(WorkerID, slot: SlotID, generation: Int, apps: [AppID], isGated: Bool)
    /// Write the call's request to the lane, with this deadline (nil for none) for the plugin to see.
    case dispatch(CallID, LaneID, app: AppID, deadline: Instant?)
    /// Write the call's request to the lane behind the call that it runs, when the shared page says that the lane may begin it.
    ///
    /// With the client's deadline (nil for none), and the app's bound on a run, which counts from its beginning: see
    /// `runTimeout(of:)`.
    case hand(CallID, LaneID, app: AppID, deadline: Instant?)
    /// Take back on the shared page what the lane was handed, then tell `callRevoked` whether it hadn't begun.
    ///
    /// `claimant` is the idle worker that it is for, if it is for one; handed back as it is.
    case revoke(CallID, LaneID, claimant: WorkerID?)
    /// Pass the frame just handed to `replyReceived` on to the call's client.
    ///
    /// When `ends`, it is the call's terminal answer and the call is over: the shell forgets it.
    case forward(CallID, ends: Bool)
    /// Answer the call's client with this error; the call is over and the shell forgets it.
    indirect case fail(CallID, Failure)
    /// Forget the call without an answer: its client is gone.
    case drop(CallID)
    /// Tell the lane's call, by the shared page and the plugin's hook, that nobody waits for it any more.
    case cancel(LaneID, sequence: UInt64, CancelReason)
    /// Stop reading the lane: its client doesn't keep up.
    case pauseReading(LaneID)
    /// Read the lane again.
    case resumeReading(LaneID)
    /// Read what the worker's lanes hold right now, hand it in, then call `lanesRead`: a kill depends on it.
    case readLanes(WorkerID)
    /// SIGKILL the worker's process group.
    indirect case kill(WorkerID, KillCause)
    /// Let the idle worker go: say bye and close its lanes, so that it closes its apps and exits.
    case retire(WorkerID)
    /// Close what is left of the worker: it has exited and everything it said has been handled.
    case release(WorkerID)
    /// Say that the worker's app or boot failed, or another fact that the operator should see.
    indirect case report(Report)
    /// Tell whoever asked for the reload how it goes.
    indirect case reloadProgress(ReloadProgress)
    /// The reload to this generation has ended: tell whoever asked for it.
    indirect case finishReload(generation: Int, ReloadOutcome)
    /// No worker of this generation lives or will be spawned: its images may go.
    case forgetGeneration(Int)
    /// Every worker is gone after a stop: end.
    case finishStopping
}

/// Why a lane's call is told to stop.
public enum CancelReason: Hashable, Sendable {
    /// The client cancelled it or went away, or the arbiter stops.
    case cancelled
    /// Its deadline passed.
    case deadline
}

/// Why a worker is killed.
public enum KillCause: Hashable, Sendable {
    /// A call went on past its deadline and grace.
    case overran(CallID, app: AppID)
    /// It didn't load its apps in time.
    case initTimeout
    /// It didn't end in time after being retired.
    case lingered
    /// It broke the lane protocol; what it did.
    case fault(String)
    /// The arbiter stops at once.
    case stopping
    /// It was still loading when another took its place.
    case superseded
}

/// A fact for the operator.
public enum Report: Hashable, Sendable {
    /// The worker took up service.
    case ready(WorkerID, SlotID)
    /// The worker ended; `expected` if it had been told to, `next` is when its slot is filled again (nil: not).
    case ended(WorkerID, SlotID, WorkerExit, expected: Bool, next: Duration?)
    /// The slot's workers failed to boot three times in a row: its apps fail fast until one succeeds.
    case crashLooping(SlotID, [AppID], cause: String)
    /// A boot succeeded: the slot's apps are served again.
    case recovered(SlotID, [AppID])
    /// The app fails in a slot that it shares, so it gets workers of its own, and the slot's other apps go on without.
    case exiled(AppID, SlotID, cause: String)
    /// A worker that isn't to blame is replaced.
    case replacing(WorkerID, SlotID, ReplacementCause)
    /// Its replacement failed; the old one serves on.
    case replacementFailed(WorkerID, SlotID, cause: String)
    /// The call with this fingerprint has killed so many workers that it is refused from now on.
    case quarantined(fingerprint: UInt64, AppID)
}
