@testable import ArbiterCore

/// What clients do.
extension World {
    mutating func connect() {
        guard clients.count < 4 else { return }
        lastClient += 1
        trace?.append("client \(lastClient) connects")
        clients.append(FakeClient(id: ClientID(lastClient)))
        core.clientConnected(ClientID(lastClient))
    }

    mutating func disconnect() throws(Violation) {
        guard let client = random.pick(clients)?.id else { return }
        clients.removeAll { $0.id == client }
        try tell(.disconnect(client)) { $0.clientDisconnected(client, now: $1) }
        try require(!calls.values.contains { $0.client == client }, "a call of client \(client.rawValue) outlives it")
    }

    mutating func call() throws(Violation) {
        guard let client = random.pick(clients)?.id else { return connect() }
        guard let app = random.pick(published) else { return }
        var incoming = IncomingCall(client: client, app: app, bytes: Int.random(in: 1...200, using: &random))
        if random.chance(0.4) { incoming.timeout = .milliseconds(Int.random(in: 1...5000, using: &random)) }
        if random.chance(0.25) { incoming.affinity = UInt64.random(in: 0..<4, using: &random) }
        if random.chance(0.3) { incoming.fingerprint = UInt64.random(in: 0..<3, using: &random) }
        let expected = expectedRefusal(of: incoming)
        note(.call(core.lastSequence + 1))
        switch core.callReceived(incoming, now: now) {
        case .refused(let failure):
            trace?.append("  refused: \(failure)")
            try check(refusal: failure, expected: expected, of: incoming)
        case .accepted(let id, let actions):
            try require(expected == nil, "accepted a call to be refused as \(expected.map { "\($0)" } ?? "")")
            try require(calls[id.sequence] == nil, "sequence \(id.sequence) is given twice")
            try require(!calls.values.contains { $0.id.index == id.index }, "place \(id.index) is given twice")
            calls[id.sequence] = FakeCall(
                id: id,
                client: client,
                app: app,
                timeout: incoming.timeout,
                deadline: incoming.timeout.map { now + $0 },
                affinity: incoming.affinity,
                bytes: incoming.bytes,
                fingerprint: incoming.fingerprint,
                slot: core.calls[id.index].slot
            )
            try perform(actions, of: .call(id.sequence))
            try checkBounds(after: id)
        }
    }

    mutating func cancel() throws(Violation) {
        guard let call = random.pick(calls.values.sorted { $0.id.sequence < $1.id.sequence }) else { return }
        calls[call.id.sequence]?.isCancelled = call.lane == nil
        try tell(.cancel(call.id.sequence)) { $0.callCancelled(call.id, now: $1) }
        let isBegun = calls[call.id.sequence].map { hasBegunBehind($0) } ?? true
        try require(isBegun, "a cancelled call isn't answered")
        try tell(.cancel(call.id.sequence)) { $0.callCancelled(call.id, now: $1) }
    }

    mutating func block() throws(Violation) {
        guard let index = clients.indices.randomElement(using: &random), !clients[index].isBlocked else { return }
        clients[index].isBlocked = true
        let client = clients[index].id
        try tell(.block(client)) { $0.clientBlocked(client, now: $1) }
    }

    mutating func unblock() throws(Violation) {
        guard let index = clients.indices.randomElement(using: &random), clients[index].isBlocked else { return }
        clients[index].isBlocked = false
        let client = clients[index].id
        try tell(.unblock(client)) { $0.clientUnblocked(client, now: $1) }
    }

    mutating func changeUnsent() throws(Violation) {
        let target = random.chance(0.5) ? 0 : Int.random(in: 0...configuration.budgetBytes, using: &random)
        core.unsentBytesChanged(by: target - unsentBytes)
        unsentBytes = target
        try require(
            (core.room(forBytes: 100) == nil) == (usedBytes + 100 <= configuration.budgetBytes),
            "room is judged wrongly with \(usedBytes) bytes used"
        )
    }

    var usedBytes: Int {
        calls.values.reduce(unsentBytes) { $0 + $1.bytes }
    }

    /// Why a request must be refused whoever is free; nil if only the backlog may refuse it.
    private func expectedRefusal(of call: IncomingCall) -> String? {
        if stopSince != nil { return "stopping" }
        let open = openSlots(of: call.app)
        if open.isEmpty, !core.isAwaited(call.app.rawValue) {
            return core.isLeaving(call.app.rawValue) ? "removed" : "noneConfigured"
        }
        if !open.isEmpty, open.allSatisfy({ loopingSlots.contains($0) }) { return "crashLooping" }
        if calls.values.count(where: { $0.client == call.client }) >= configuration.callsPerClient {
            return "connection"
        }
        if usedBytes + call.bytes > configuration.budgetBytes { return "memory" }
        return nil
    }

    private func check(refusal: Failure, expected: String?, of call: IncomingCall) throws(Violation) {
        let actual =
            switch refusal {
            case .noWorkers(.stopping, _): "stopping"
            case .noWorkers(.noneConfigured, _): "noneConfigured"
            case .noWorkers(.crashLooping, _): "crashLooping"
            case .noWorkers(.removed, _): "removed"
            case .quarantined: "quarantined"
            case .overloaded(.connection(configuration.callsPerClient), _): "connection"
            case .overloaded(.memory(configuration.budgetBytes), _): "memory"
            case .overloaded(.backlog(configuration.backlogPerApp), _): "backlog"
            case .overloaded, .timedOutWaiting, .timedOutRunning, .workerDied, .cancelled, .interrupted: "\(refusal)"
            }
        if actual == "quarantined" {
            try requireGuilty(call.fingerprint)
        } else if actual == "backlog", expected == nil {
            let waiting = calls.values.count { $0.app == call.app && $0.lane == nil }
            try require(waiting >= configuration.backlogPerApp, "refused with only \(waiting) calls waiting")
        } else {
            try require(actual == expected, "refused as \(actual) instead of \(expected ?? "accepted")")
        }
    }

    /// The app's slots as the core keeps them, which `checkSlots` holds against the placement.
    func openSlots(of app: AppID) -> [SlotID] {
        core.apps[app.rawValue].slots.map { SlotID($0) }
    }

    /// After slots were opened or closed: every app knows its own.
    func checkSlots() throws(Violation) {
        for app in core.apps.indices where !core.apps[app].isRemoved {
            let open = core.slots.indices.filter {
                core.slots[$0].isOpen && core.pools[core.slots[$0].pool].apps.contains(app)
            }
            try require(core.apps[app].slots == open, "app \(app) counts on slots \(core.apps[app].slots), not \(open)")
            guard stopSince == nil, !core.isReloading, core.placement.exiled.isEmpty, published.contains(AppID(app))
            else { continue }
            let wanted = configuration.apps[app].workers ?? min(configuration.workers, 1)
            try require(configuration.workers == 0 || open.count >= wanted, "app \(app) has only \(open.count) slots")
        }
    }
}
