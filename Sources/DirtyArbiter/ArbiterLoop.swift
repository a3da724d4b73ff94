import ArbiterCore
import DirtyWire
import Logging
import NIOCore

/// The shell around the core: tells it what happened, and performs what it decides.
///
/// The one door between the two: every event goes through `perform(_:_:)`, on one event loop, so there are no locks.
/// Actions are performed strictly in the order in which they were decided; an event that happens while actions are
/// performed (a write that fails, say) is decided at once, and its actions wait their turn.
final class ArbiterLoop {
    /// The loop that all of this lives on.
    let eventLoop: PollLoop
    /// What the arbiter was told; a reload changes what it can of it.
    @exclusivity(unchecked) var configuration: ArbiterConfiguration
    /// The apps of each generation.
    @exclusivity(unchecked) var generations: Generations
    /// The private copies of plugins.
    let images: ImageStore
    /// Where facts for the operator go.
    let logger: Logger
    /// Counters for the operator's metrics system.
    let metrics = ArbiterMetrics()

    /// What is to be run at moments of a worker's life.
    let hooks: HookRunner
    /// Where the service manager takes notes; nil without one.
    let notifier: ServiceNotifier?
    /// What the service manager knows.
    var said = ServiceState()
    /// Why workers are started.
    var spawnCauses = SpawnCauses()

    @exclusivity(unchecked) var core: ArbiterCore
    /// How many workers were asked for last.
    var wantedWorkers: Int
    /// Has reloads done.
    private(set) lazy var reloads = ReloadCoordinator(loop: self, preparation: preparation)
    /// Those who wait for a worker to be replaced.
    var restarts = RestartWaiters()
    /// The actions of calls that have killed workers.
    var killers = KillerCalls()
    /// Told the apps and settings that a reload has brought in.
    var adopted: ((AppCatalogue, ArbiterConfiguration) -> Void)?
    /// What watches plugins' files; nil if nobody wants that.
    var watcher: PluginWatcher?
    @exclusivity(unchecked) private(set) var workers = WorkerTable()
    /// How many workers are being asked for their health.
    @exclusivity(unchecked) var probedWorkers = 0
    @exclusivity(unchecked) private(set) var clients: [ClientID: ClientHandler] = [:]

    private let workerExecutable: String
    private let preparation: ReloadPreparation
    @exclusivity(unchecked) private var calls: ContiguousArray<PendingCall?> = []
    private var nextClient = 1
    @exclusivity(unchecked) private var queue = CircularBuffer<(action: Action, frame: LaneFrame?)>()
    @exclusivity(unchecked) private var isPerforming = false
    @exclusivity(unchecked) private var readyWaiters: [EventLoopPromise<Void>] = []
    private var hasStopped = false
    private let stopped: EventLoopPromise<Void>

    /// A loop for `configuration`, whose apps are in `catalogue`.
    init(
        configuration: ArbiterConfiguration,
        catalogue: AppCatalogue,
        preparation: ReloadPreparation,
        hooks: HookRunner,
        notifier: consuming ServiceNotifier?,
        eventLoop: PollLoop,
        logger: Logger
    ) {
        self.configuration = configuration
        generations = Generations(catalogue)
        images = preparation.intake.images
        workerExecutable = preparation.intake.workerExecutable
        self.preparation = preparation
        self.hooks = hooks
        self.notifier = notifier
        self.eventLoop = eventLoop
        self.logger = logger
        wantedWorkers = configuration.workers
        stopped = eventLoop.makePromise()
        core = ArbiterCore(catalogue.coreConfiguration(configuration), seed: .random(in: .min ... .max))
        eventLoop.spareMemory.mostBytes = configuration.memoryBudgetBytes / 2
        eventLoop.onAlarm = { [unowned self] in
            self.perform { $0.timeAdvanced(now: $1) }
        }
    }

    /// The apps by name and path, as clients see them.
    var catalogue: AppCatalogue { generations.current }

    // MARK: Running

    /// Starts the workers.
    func start() {
        perform(.start) { $0.start(now: $1) }
        // Where there are no workers, nothing else leads to it.
        updateServiceManager()
    }

    /// Fulfilled when the arbiter has stopped and no worker is left.
    var whenStopped: EventLoopFuture<Void> {
        stopped.futureResult
    }

    /// Fulfilled when every slot has a worker that is ready, or that fails to boot again and again; fails if it stops first.
    func whenReady() -> EventLoopFuture<Void> {
        if core.isSettled { return eventLoop.makeSucceededVoidFuture() }
        if hasStopped { return eventLoop.makeFailedFuture(ArbiterError.hasStopped) }
        let promise = eventLoop.makePromise(of: Void.self)
        readyWaiters.append(promise)
        return promise.futureResult
    }

    /// Stops: gracefully, or at once.
    func stop(graceful: Bool) {
        stopBegan()
        reloads.stop()
        restarts.settleAll(ErrorReply(.reload, "the host is stopping", executed: .no))
        perform { $0.stopRequested(graceful: graceful, now: $1) }
    }

    /// Asks for `count` workers; the pool never gets smaller than its apps need.
    func scale(to count: Int) {
        wantedWorkers = max(0, count)
        perform(.scale) { $0.workersWanted(wantedWorkers, now: $1) }
    }

    /// Looks for clients that stopped amid a frame or stopped reading; called now and then.
    func checkClients() {
        let now = NIODeadline.now()
        for client in Array(clients.values) {
            client.checkProgress(now: now)
        }
    }

    // MARK: Clients

    /// Takes a new connection in.
    func clientConnected(_ client: ClientHandler) -> ClientID {
        let id = ClientID(nextClient)
        nextClient += 1
        clients[id] = client
        core.clientConnected(id)
        return id
    }

    /// Lets a connection go; what it had under way is dropped.
    func clientDisconnected(_ id: ClientID) {
        guard clients.removeValue(forKey: id) != nil else { return }
        perform { $0.clientDisconnected(id, now: $1) }
    }

    /// The connection's unsent replies passed its bound, or are below it again.
    func clientBlocked(_ id: ClientID, _ isBlocked: Bool) {
        perform { isBlocked ? $0.clientBlocked(id, now: $1) : $0.clientUnblocked(id, now: $1) }
    }

    /// The bytes held for connections changed: frames not yet whole, and replies not yet read.
    func heldBytesChanged(by delta: Int) {
        core.unsentBytesChanged(by: delta)
    }

    /// Takes so many bytes of the budget for a frame that has begun, or says why not.
    func reserve(_ bytes: Int) -> Failure? {
        if let failure = core.room(forBytes: bytes) { return failure }
        heldBytesChanged(by: bytes)
        return nil
    }

    /// Takes a request in.
    func received(_ call: PendingCall, _ incoming: IncomingCall) {
        metrics.countReceived()
        switch core.callReceived(incoming, now: .now) {
        case .accepted(let id, let actions):
            while calls.count <= id.index { calls.append(nil) }
            call.id = id
            calls[id.index] = call
            perform(actions, nil)
        case .refused(let failure):
            fail(call, failure)
        }
    }

    /// The client takes a call back.
    func cancel(_ id: CallID) {
        perform { $0.callCancelled(id, now: $1) }
    }

    /// Ends every connection once it has taken what it is owed, or after a second.
    func closeClients() -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        let limit = eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { promise.succeed() }
        var open = clients.count
        guard open > 0 else {
            limit.cancel()
            promise.succeed()
            return promise.futureResult
        }
        for client in Array(clients.values) {
            client.finish {
                open -= 1
                guard open == 0 else { return }
                limit.cancel()
                promise.succeed()
            }
        }
        return promise.futureResult
    }

    // MARK: Workers

    /// A lane sent a reply frame.
    func laneReplied(_ lane: LaneID, _ frame: LaneFrame) {
        if probedWorkers > 0, let worker = workers[lane.worker], worker.isProbed { return worker.probed(frame) }
        let actions = core.replyReceived(
            LaneReply(frame.header),
            on: lane,
            sequence: LaneCall.sequence(of: frame.header.call),
            isLaneBusy: frame.header.flags.contains(.laneStaysBusy),
            now: .now
        )
        perform(actions, frame)
    }

    /// A lane sent what is no frame.
    func laneBroke(_ lane: LaneID) {
        logger.error("A worker sent nonsense on a lane", metadata: ["worker": "\(lane.worker.rawValue)"])
        laneClosed(lane)
    }

    /// A lane's far end closed.
    func laneClosed(_ lane: LaneID) {
        guard workers[lane.worker] != nil else { return }
        perform { $0.laneClosed(lane, now: $1) }
    }

    /// A worker has loaded its apps.
    func workerReady(_ worker: WorkerID, hosting apps: [HostedApp]) {
        perform { $0.workerReady(worker, hosting: apps, now: $1) }
    }

    /// A worker couldn't load its apps.
    func workerFailed(_ worker: WorkerID, app: AppID?, message: String) {
        logger.error("\(message)", metadata: ["worker": "\(worker.rawValue)"])
        restarts.noteFailure(of: worker, message)
        perform { $0.workerFailedToLoad(worker, app: app, message: message, now: $1) }
    }

    /// A worker's process has ended, and what it left on its links has been read.
    func workerExited(_ worker: WorkerID, _ exit: WorkerExit) {
        let process = workers[worker]
        let begun = process?.begunSequences() ?? []
        let crash = process?.crash()
        reloads.workerEnded(worker, outputTail: process?.outputTail ?? "", traceback: crash?.text ?? "")
        perform {
            $0.workerExited(
                worker,
                exit,
                begun: begun,
                crashedLane: crash?.lane,
                opening: process?.opening,
                now: $1
            )
        }
    }

    // MARK: The door

    /// Tells the core of an event, and performs what it decides.
    func perform(
        _ kind: SpawnCauses.Event = .other,
        _ event: (inout ArbiterCore, Instant) -> [Action]
    ) {
        // An event may happen while another's actions are performed.
        let outer = spawnCauses.event
        spawnCauses.event = kind
        perform(event(&core, .now), nil)
        spawnCauses.event = outer
    }

    /// Performs what an event decided; `frame` belongs to the `forward` among it.
    ///
    /// An event may happen while another's actions are performed: what it decided waits for these.
    private func perform(_ actions: consuming [Action], _ frame: LaneFrame?) {
        guard !isPerforming else {
            let frame = frame?.owned()
            for action in actions { queue.append((action, frame)) }
            return
        }
        isPerforming = true
        for index in actions.indices { perform(actions[index], frame) }
        core.reuse(actions)
        while let (action, frame) = queue.popFirst() { perform(action, frame) }
        isPerforming = false
        armTimer()
        if !readyWaiters.isEmpty, core.isSettled {
            let waiters = readyWaiters
            readyWaiters = []
            for waiter in waiters {
                waiter.succeed()
            }
        }
    }

    private func perform(_ action: Action, _ frame: LaneFrame?) {
        switch action {
        case .dispatch(let call, let lane, let app, let deadline):
            guard let pending = calls[call.index], let worker = workers[lane.worker] else { return }
            let position = worker.position(of: app)
            let lane = worker.lane(lane.index)
            // The worker may begin while the rest of this turn is done.
            lane.atOnce { pending.write(to: lane, call, app: position, deadline: deadline) }
        case .hand(let call, let lane, let app, let deadline):
            guard let pending = calls[call.index], let worker = workers[lane.worker] else { return }
            let run = core.runTimeout(of: app)
            worker.hand(pending, call, lane: lane, app: app, deadline: deadline, run: run)
        case .revoke(let call, let lane, let claimant):
            let isRevoked = workers[lane.worker]?.revoke(call, lane: lane.index) ?? true
            perform(core.callRevoked(call, on: lane, claimant: claimant, isRevoked: isRevoked, now: .now), nil)
        case .forward(let call, let ends):
            guard let frame, let pending = calls[call.index] else { return }
            if ends { calls[call.index] = nil }
            pending.client.forward(frame, of: pending, ends: ends)
            if ends { metrics.ended(LaneReply(frame.header)) }
        case .fail(let call, let failure):
            guard let pending = calls[call.index] else { return }
            calls[call.index] = nil
            fail(pending, failure)
        case .drop(let call):
            calls[call.index] = nil
        case .cancel(let lane, let sequence, let reason):
            workers[lane.worker]?.cancel(lane: lane.index, sequence: sequence, reason)
        case .pauseReading(let lane):
            workers[lane.worker]?.lane(lane.index).setReading(false)
        case .resumeReading(let lane):
            workers[lane.worker]?.lane(lane.index).setReading(true)
        case .readLanes(let worker):
            workers[worker]?.drainLanes()
            perform(core.lanesRead(worker, now: .now), nil)
        case .spawn(let worker, let slot, let generation, let apps, let isGated):
            spawn(worker, slot: slot, generation: generation, apps: apps, isGated: isGated)
        case .kill(let worker, let cause):
            logKill(worker, cause)
            workers[worker]?.kill()
        case .retire(let worker):
            workers[worker]?.retire()
        case .release(let worker):
            workers.remove(worker)?.release()
        case .report(let report):
            log(report)
            announce(report)
            settleRestarts(report)
        case .reloadProgress(let progress):
            reloads.progressed(progress)
        case .finishReload(let generation, let outcome):
            reloads.finished(generation, outcome)
        case .forgetGeneration(let generation):
            forget(generation)
        case .finishStopping:
            eventLoop.alarm = .distantFuture
            hasStopped = true
            for waiter in readyWaiters { waiter.fail(ArbiterError.hasStopped) }
            readyWaiters = []
            stopped.succeed()
        }
    }

    // MARK: Performing

    private func spawn(_ id: WorkerID, slot: SlotID, generation: Int, apps: [AppID], isGated: Bool) {
        let catalogue = generations[generation]
        let order = WorkerOrder(
            id: id,
            slot: slot,
            generation: generation,
            cause: spawnCauses.cause(
                slot: slot,
                generation: generation,
                isReloading: core.isReloading
            ),
            apps: apps.map(catalogue.workerApp),
            laneCount: configuration.threads,
            maxFrameBytes: configuration.maxFrameBytes,
            busyPoll: configuration.busyPoll,
            executable: workerExecutable,
            environment: catalogue.environment(of: apps),
            isGated: isGated,
            readyBy: .now + configuration.initTimeout
        )
        var logger = logger
        logger[metadataKey: "worker"] = "\(id.rawValue)"
        logger[metadataKey: "slot"] = "\(slot.rawValue)"
        do throws(ArbiterError) {
            workers.insert(try WorkerProcess(order, loop: self, logger: logger))
        } catch {
            perform(core.workerExited(id, .notStarted(error.message), begun: [], now: .now), nil)
        }
    }

    /// Answers a call with an error of the arbiter's own.
    ///
    /// A call that overran is answered when its thread's backtrace has come, or without one after 100 ms.
    private func fail(_ call: PendingCall, _ failure: Failure) {
        metrics.failed(failure)
        let wording = FailureWording(appPath: call.name.text, action: call.action)
        switch failure {
        case .timedOutRunning(_, let lane, _):
            answerWithTrace(of: lane) { traceback in
                call.client.fail(call, wording.error(for: failure, traceback: traceback))
            }
        case .workerDied(let id, _, _):
            killers.note(call)
            let worker = workers[id]
            let traceback = worker?.crash()?.text ?? ""
            let tail = worker?.outputTail ?? ""
            call.client.fail(call, wording.error(for: failure, traceback: traceback, outputTail: tail))
        case .noWorkers, .overloaded, .timedOutWaiting, .cancelled, .interrupted, .quarantined:
            call.client.fail(call, wording.error(for: failure))
        }
    }

    /// Calls `answer` once: with the backtrace of the lane's thread when it has come, or with none after 100 ms.
    private func answerWithTrace(of lane: LaneID, _ answer: @escaping (String) -> Void) {
        guard let worker = workers[lane.worker], worker.pid != nil else { return answer("") }
        var isAnswered = false
        let once = { (traceback: String) in
            guard !isAnswered else { return }
            isAnswered = true
            answer(traceback)
        }
        worker.trace(lane: lane.index, answer: once)
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { once("") }
    }

    private func armTimer() {
        eventLoop.alarm = core.alarm()?.deadline ?? .distantFuture
    }
}
