@testable import ArbiterCore

/// What worker processes do, and what of it reaches the core.
extension World {
    /// A lane's thread takes a step.
    mutating func stepProcess() throws(Violation) {
        if random.chance(temper.mischief) { return try misbehave() }
        let busy = workers.indices.filter { worker in
            workers[worker].stage == .working && workers[worker].lanes.contains(where: \.isBusy)
        }
        guard let worker = random.pick(busy),
            let lane = random.pick(workers[worker].lanes.indices.filter { workers[worker].lanes[$0].isBusy })
        else { return }
        stepLane(worker, lane)
    }

    /// A lane's thread takes a step, if there is one to take.
    mutating func stepLane(_ worker: Int, _ lane: Int) {
        guard workers[worker].stage == .working, workers[worker].lanes[lane].isBusy else { return }
        if random.chance(0.01 * temper.trouble) { return die(worker) }
        switch workers[worker].lanes[lane].work {
        case .idle:
            if random.chance(0.03 * temper.trouble) { return die(worker) }
            let request = workers[worker].lanes[lane].requests.removeFirst()
            if let ticket = request.ticket, workers[worker].lanes[lane].claims.remove(ticket) == nil { return }
            if random.chance(0.03 * temper.trouble) { return die(worker) }
            let sequence = request.sequence
            workers[worker].lanes[lane].begun = sequence
            workers[worker].lanes[lane].work = .begun(sequence, chunks: 0)
            workers[worker].lanes[lane].hangs = random.chance(0.2 * temper.trouble)
        case .begun(let sequence, let chunks):
            if random.chance(0.05 * temper.trouble) { return die(worker) }
            if workers[worker].lanes[lane].hangs, !random.chance(0.01) { return }
            runPlugin(worker, lane, sequence, chunks)
        case .answered(let sequence):
            if workers[worker].lanes[lane].hangs, !random.chance(0.02) { return }
            workers[worker].lanes[lane].written.append(FakeLane.Frame(reply: .free, sequence: sequence))
            workers[worker].lanes[lane].work = .idle
        }
    }

    private mutating func runPlugin(_ worker: Int, _ lane: Int, _ sequence: UInt64, _ chunks: Int) {
        if random.chance(temper.streaming), chunks < 6 {
            workers[worker].lanes[lane].written.append(FakeLane.Frame(reply: .chunk, sequence: sequence))
            workers[worker].lanes[lane].work = .begun(sequence, chunks: chunks + 1)
            return
        }
        let isBusy = random.chance(temper.lingering)
        let reply: LaneReply = random.chance(0.2) ? .error : chunks == 0 && random.chance(0.9) ? .response : .end
        let frame = FakeLane.Frame(reply: reply, sequence: sequence, isLaneBusy: isBusy)
        workers[worker].lanes[lane].written.append(frame)
        workers[worker].lanes[lane].work = isBusy ? .answered(sequence) : .idle
    }

    /// A worker writes something that it mustn't.
    private mutating func misbehave() throws(Violation) {
        let kind = Int.random(in: 0..<4, using: &random)
        let lanes = workers.indices.filter { workers[$0].stage != .dead }.flatMap { worker in
            workers[worker].lanes.indices
                .filter { lane in
                    switch workers[worker].lanes[lane].work {
                    case .idle: kind == 0
                    case .begun: kind < 2
                    case .answered: kind < 3
                    }
                }
                .map { (worker, $0) }
        }
        guard let (worker, lane) = random.pick(lanes) else {
            if let worker = random.pick(workers.filter { $0.stage == .working })?.id { try closeLane(of: worker) }
            return
        }
        var sequence = workers[worker].lanes[lane].begun
        let replies: [LaneReply]
        switch workers[worker].lanes[lane].work {
        case .idle:
            replies = []
        case .begun(_, let chunks):
            replies = chunks > 0 ? [.free, .response] : [.free]
        case .answered:
            replies = [.response, .chunk, .error, .end]
        }
        var reply = random.pick(replies)
        if reply == nil || random.chance(0.3) {
            // Of a call that it doesn't have.
            sequence += 1_000_000
            reply = random.pick([.response, .chunk, .error, .end, .free])
        }
        let isBusy = reply?.isTerminal ?? false && random.chance(0.3)
        workers[worker].lanes[lane].written.append(
            FakeLane.Frame(reply: reply ?? .end, sequence: sequence, isLaneBusy: isBusy, isFault: true)
        )
    }

    private mutating func die(_ worker: Int) {
        trace?.append("\(workers[worker].id) dies")
        workers[worker].stage = .dead
    }

    /// The arbiter reads a frame of a lane, of those it reads.
    mutating func deliver() throws(Violation) {
        let isLate = random.chance(0.1)
        let readable = workers.flatMap { worker in
            worker.lanes.indices
                // What had been read before a pause comes all the same.
                .filter { !worker.lanes[$0].written.isEmpty && (isLate || !worker.lanes[$0].isPaused) }
                .map { LaneID(worker: worker.id, index: $0) }
        }
        if let lane = random.pick(readable) { try deliver(lane) }
    }

    private mutating func deliver(_ lane: LaneID) throws(Violation) {
        guard let worker = index(of: lane.worker) else { return }
        let frame = workers[worker].lanes[lane.index].written.removeFirst()
        let event = Event.frame(lane, frame)
        note(event)
        let actions = core.replyReceived(
            frame.reply,
            on: lane,
            sequence: frame.sequence,
            isLaneBusy: frame.isLaneBusy,
            now: now
        )
        try expect(frame, on: lane, actions)
        try perform(actions, of: event)
    }

    private mutating func deliverAll(of worker: WorkerID) throws(Violation) {
        guard let index = index(of: worker) else { return }
        for lane in workers[index].lanes.indices {
            while let index = self.index(of: worker), !workers[index].lanes[lane].written.isEmpty {
                try deliver(LaneID(worker: worker, index: lane))
            }
        }
    }

    /// A process that boots or ends gets on with it.
    mutating func bootOrClose() throws(Violation) {
        let isLookingAtAll = random.chance(0.1)
        let candidates = workers.indices.filter { isLookingAtAll || workers[$0].stage != .working }
        guard let worker = random.pick(candidates) else { return }
        let id = workers[worker].id
        switch workers[worker].stage {
        case .loading:
            try boot(worker)
        case .closing:
            if !random.chance(0.3 * temper.trouble) { workers[worker].stage = .dead }
        case .dead:
            if random.chance(0.3) { try closeLane(of: id) }
        case .working:
            if random.chance(0.2 * temper.trouble) { try closeLane(of: id) }
        }
    }

    private mutating func boot(_ worker: Int) throws(Violation) {
        let id = workers[worker].id
        if random.chance(temper.failingBoots) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                die(worker)
            case 1:
                try failToLoad(worker)
                workers[worker].stage = random.chance(0.8) ? .dead : .loading
            case 2:
                try closeLane(of: id)
            default:
                workers[worker].isFaulty = true
                try tell(.ready(id)) { $0.workerReady(id, hosting: [], now: $1) }
            }
            return
        }
        guard random.chance(0.6), workers[worker].failingSince == nil else { return }
        workers[worker].stage = .working
        try sayReady(worker)
    }

    mutating func sayReady(_ worker: Int) throws(Violation) {
        let (id, slot) = (workers[worker].id, workers[worker].slot)
        let hosted = workers[worker].apps.map {
            HostedApp(app: $0, isConcurrent: isConcurrent[$0.rawValue], isPinned: isPinned[$0.rawValue])
        }
        if workers[worker].killedSince == nil {
            if workers[worker].isReady || workers[worker].failingSince != nil {
                workers[worker].isFaulty = true
            } else {
                workers[worker].isReady = true
                failedBoots[slot] = 0
                for other in workers.indices where workers[other].slot == slot && other != worker {
                    if workers[other].isReady, workers[other].drainingSince == nil {
                        workers[other].drainingSince = now
                    }
                }
                if !core.slots[slot.rawValue].isOpen { workers[worker].drainingSince = now }
            }
        }
        try tell(.ready(id)) { $0.workerReady(id, hosting: hosted, now: $1) }
    }

    mutating func failToLoad(_ worker: Int) throws(Violation) {
        let id = workers[worker].id
        if workers[worker].isReady {
            workers[worker].isFaulty = true
        } else if workers[worker].failingSince == nil {
            workers[worker].failingSince = now
        }
        let app = random.pick(workers[worker].apps)
        try tell(.failedToLoad(id)) { $0.workerFailedToLoad(id, app: app, message: "no", now: $1) }
    }

    private mutating func closeLane(of worker: WorkerID) throws(Violation) {
        guard let index = index(of: worker) else { return }
        if workers[index].retiredSince == nil, workers[index].killedSince == nil, workers[index].failingSince == nil {
            workers[index].failingSince = now
        }
        let lane = LaneID(worker: worker, index: Int.random(in: 0..<workers[index].lanes.count, using: &random))
        try tell(.closed(worker)) { $0.laneClosed(lane, now: $1) }
    }

    /// The shell has read what a worker's lanes hold, as it was asked to.
    mutating func readLanes() throws(Violation) {
        guard let id = random.pick(workers.filter(\.isToBeRead))?.id else { return }
        try deliverAll(of: id)
        guard let worker = index(of: id) else { return }
        workers[worker].isToBeRead = false
        try tell(.read(id)) { $0.lanesRead(id, now: $1) }
        try checkJudged(id)
    }

    /// The exit of a dead process is noticed, after everything that it wrote.
    mutating func reportExit() throws(Violation) {
        let dead = workers.filter { $0.stage == .dead && (!$0.isStuck || isFinished || random.chance(0.02)) }
        guard let id = random.pick(dead)?.id else { return }
        try deliverAll(of: id)
        guard let worker = index(of: id) else { return }
        let begun = workers[worker].lanes.map(\.begun)
        let exit: WorkerExit =
            workers[worker].killedSince != nil
            ? .signalled(9) : random.chance(0.5) ? .signalled(11) : .exited(Int32.random(in: 0..<3, using: &random))
        let event = Event.exit(id, exit)
        note(event)
        account(endOf: worker)
        accuse(workers[worker])
        let opening = workers[worker].isReady || random.chance(0.4) ? nil : random.pick(workers[worker].apps)
        let crashed = random.chance(0.2) ? workers[worker].lanes.indices.randomElement(using: &random) : nil
        let actions = core.workerExited(
            id,
            exit,
            begun: begun,
            crashedLane: crashed,
            opening: opening,
            now: now
        )
        try expect(exitOf: workers[worker], exit, actions)
        for call in calls.values where call.lane?.worker == id && begun[call.lane!.index] != call.id.sequence {
            calls[call.id.sequence]?.lane = nil
        }
        for call in calls.values where call.handed?.worker == id { calls[call.id.sequence]?.handed = nil }
        workers.remove(at: worker)
        try perform(actions, of: event)
    }

    /// Words of workers that came too late, or out of place.
    mutating func stray() throws(Violation) {
        let gone = WorkerID(Int.random(in: 1...max(1, lastWorker), using: &random))
        if let worker = index(of: gone) {
            guard random.chance(10 * temper.mischief), workers[worker].stage != .loading else { return }
            return random.chance(0.5) ? try sayReady(worker) : try failToLoad(worker)
        }
        let lane = LaneID(worker: gone, index: 0)
        var actions = core.replyReceived(.chunk, on: lane, sequence: 1, isLaneBusy: false, now: now)
        actions += core.laneClosed(lane, now: now) + core.lanesRead(gone, now: now)
        actions += core.workerReady(gone, hosting: [], now: now)
        actions += core.workerFailedToLoad(gone, app: nil, message: "no", now: now)
        try require(actions.isEmpty, "a released worker's word is heard: \(actions)")
    }
}
