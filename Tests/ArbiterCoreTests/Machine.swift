@testable import ArbiterCore

/// A core with a clock that only the test moves, and short words for what tests do to it.
struct Machine {
    var core: ArbiterCore
    private var lastGeneration = 0
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    /// The spawned workers that haven't exited, by slot, oldest first.
    private(set) var workers: [(id: WorkerID, slot: SlotID, apps: [AppID])] = []
    /// Flags that ready workers declare for an app; concurrent and not pinned unless a test says otherwise.
    var flags: [AppID: (isConcurrent: Bool, isPinned: Bool)] = [:]

    /// A machine that hasn't been started.
    init(apps: [AppConfiguration], workers: Int, lanes: Int = 1, _ change: (inout CoreConfiguration) -> Void = { _ in })
    {
        var configuration = CoreConfiguration(apps: apps, workers: workers, lanesPerWorker: lanes)
        // Rules that have nothing to do with it are easier to see without it.
        configuration.prefetches = false
        change(&configuration)
        core = ArbiterCore(configuration, seed: 1)
        core.clientConnected(Self.client)
    }

    /// A started machine for one app whose workers are all ready.
    static func ready(
        _ app: AppConfiguration = AppConfiguration(name: "a"),
        workers: Int = 1,
        lanes: Int = 1,
        _ change: (inout CoreConfiguration) -> Void = { _ in }
    ) -> Machine {
        var machine = Machine(apps: [app], workers: workers, lanes: lanes, change)
        machine.start()
        machine.readyAll()
        return machine
    }

    /// The client that calls unless a test says otherwise.
    static let client = ClientID(1)

    /// Notes what actions change in the world of processes.
    @discardableResult
    mutating func perform(_ actions: [Action]) -> [Action] {
        for case .spawn(let worker, let slot, _, let apps, _) in actions { workers.append((worker, slot, apps)) }
        return actions
    }

    @discardableResult
    mutating func start() -> [Action] {
        perform(core.start(now: now))
    }

    /// Reports the worker ready, hosting what it was told to.
    @discardableResult
    mutating func ready(_ worker: WorkerID) -> [Action] {
        let apps = workers.first { $0.id == worker }?.apps ?? []
        let hosted = apps.map { app in
            let flags = flags[app] ?? (true, false)
            return HostedApp(app: app, isConcurrent: flags.isConcurrent, isPinned: flags.isPinned)
        }
        return perform(core.workerReady(worker, hosting: hosted, now: now))
    }

    @discardableResult
    mutating func readyAll() -> [Action] {
        workers.map(\.id).flatMap {
            core.workers[core.workerIndex[$0.rawValue] ?? -1].state == .starting ? ready($0) : []
        }
    }

    mutating func connect(_ client: ClientID) {
        core.clientConnected(client)
    }

    /// Sends a request in that must be accepted.
    mutating func call(
        _ app: Int = 0,
        by client: ClientID = Machine.client,
        bytes: Int = 10,
        timeout: Duration? = nil,
        affinity: UInt64? = nil,
        fingerprint: UInt64? = nil
    ) -> (id: CallID, actions: [Action]) {
        let call = IncomingCall(
            client: client,
            app: AppID(app),
            bytes: bytes,
            timeout: timeout,
            affinity: affinity,
            fingerprint: fingerprint
        )
        switch core.callReceived(call, now: now) {
        case .accepted(let id, let actions): return (id, actions)
        case .refused(let failure): fatalError("refused: \(failure)")
        }
    }

    /// Sends a request in that must be refused.
    mutating func refusal(
        _ app: Int = 0,
        by client: ClientID = Machine.client,
        bytes: Int = 10,
        timeout: Duration? = nil,
        fingerprint: UInt64? = nil
    ) -> Failure? {
        var call = IncomingCall(client: client, app: AppID(app), bytes: bytes, timeout: timeout)
        call.fingerprint = fingerprint
        switch core.callReceived(call, now: now) {
        case .accepted: return nil
        case .refused(let failure): return failure
        }
    }

    @discardableResult
    mutating func reply(_ reply: LaneReply, _ call: CallID, on lane: LaneID, busy: Bool = false) -> [Action] {
        perform(core.replyReceived(reply, on: lane, sequence: call.sequence, isLaneBusy: busy, now: now))
    }

    /// Tells the core what became of everything that it wants taken back; those in `begun` had begun.
    ///
    /// Returns what it does then.
    @discardableResult
    mutating func settle(_ actions: [Action], begun: Set<CallID> = []) -> [Action] {
        var (queue, after) = (actions, [Action]())
        while let action = queue.first {
            queue.removeFirst()
            guard case .revoke(let call, let lane, let claimant) = action else { continue }
            let isRevoked = !begun.contains(call)
            let next = perform(
                core.callRevoked(call, on: lane, claimant: claimant, isRevoked: isRevoked, now: now)
            )
            after += next
            queue += next
        }
        return after
    }

    @discardableResult
    mutating func exit(
        _ worker: WorkerID,
        _ exit: WorkerExit = .signalled(11),
        begun: [UInt64] = [],
        crashedLane: Int? = nil,
        opening: AppID? = nil
    ) -> [Action] {
        workers.removeAll { $0.id == worker }
        return perform(
            core.workerExited(worker, exit, begun: begun, crashedLane: crashedLane, opening: opening, now: now)
        )
    }

    /// Lets time pass, firing every deadline at its own instant.
    @discardableResult
    mutating func advance(by span: Duration) -> [Action] {
        let end = now + span
        var actions: [Action] = []
        while let next = core.nextDeadline, next <= end {
            now = max(now, next)
            actions += perform(core.timeAdvanced(now: now))
        }
        now = end
        return actions
    }

    @discardableResult
    mutating func lanesRead(_ worker: WorkerID) -> [Action] {
        perform(core.lanesRead(worker, now: now))
    }

    /// Asks for a reload to the next generation; of all apps unless a test says otherwise.
    @discardableResult
    mutating func reload(_ apps: [AppConfiguration?], workers: Int = 1, renewed: Set<AppID>? = nil) -> [Action] {
        lastGeneration += 1
        let rollout = Rollout(
            generation: lastGeneration,
            apps: apps,
            workers: workers,
            renewed: renewed ?? Set(apps.indices.filter { apps[$0] != nil }.map { AppID($0) })
        )
        return perform(core.reloadRequested(rollout, now: now))
    }

    /// Lets every worker that is waited for boot or exit, until no worker is being replaced.
    mutating func finishRollover() {
        while let wait = core.rollover?.wait {
            switch wait {
            case .ready(let worker): ready(worker)
            case .gone(let worker, _): exit(worker, .exited(0))
            case .nothing: preconditionFailure("the rollover stands still")
            }
        }
    }

    @discardableResult
    mutating func stop(graceful: Bool) -> [Action] {
        perform(core.stopRequested(graceful: graceful, now: now))
    }
}

extension [Action] {
    /// The calls dispatched, with their lanes.
    var dispatches: [(call: CallID, lane: LaneID)] {
        compactMap {
            if case .dispatch(let call, let lane, _, _) = $0 { (call, lane) } else { nil }
        }
    }

    /// The calls handed to busy lanes, with their lanes.
    var hands: [(call: CallID, lane: LaneID)] {
        compactMap {
            if case .hand(let call, let lane, _, _) = $0 { (call, lane) } else { nil }
        }
    }

    /// The calls to be taken back.
    var revocations: [CallID] {
        compactMap { if case .revoke(let call, _, _) = $0 { call } else { nil } }
    }

    /// The lane of the only dispatch.
    var lane: LaneID {
        precondition(dispatches.count == 1, "\(self)")
        return dispatches[0].lane
    }

    /// The workers spawned.
    var spawned: [WorkerID] {
        compactMap { if case .spawn(let worker, _, _, _, _) = $0 { worker } else { nil } }
    }

    /// The calls failed, with why.
    var failures: [CallID: Failure] {
        var failures: [CallID: Failure] = [:]
        for case .fail(let call, let failure) in self { failures[call] = failure }
        return failures
    }
}

extension Action {
    /// Whether it takes back what a lane was handed.
    var isRevocation: Bool {
        if case .revoke = self { true } else { false }
    }

    /// Whether it orders a worker whose health is asked for first.
    var isGatedSpawn: Bool {
        if case .spawn(_, _, _, _, isGated: true) = self { true } else { false }
    }
}
