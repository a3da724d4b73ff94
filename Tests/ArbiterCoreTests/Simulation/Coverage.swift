@testable import ArbiterCore

/// Which events met workers, lanes and calls in which states.
final class Coverage {
    /// What can happen to a worker.
    enum WorkerEvent: String, CaseIterable {
        case ready, failedToLoad, exited, laneClosed, lanesRead, fault, deadline, sentenceDeadline
        case restart, slotClosed, gracefulStop, immediateStop, stopDeadline
    }

    /// What can happen to a lane.
    enum LaneEvent: String, CaseIterable {
        case response, chunk, end, error, free, busyAnswer, strange, deadline, cancelled, disconnected, blocked,
            unblocked
        case exitBegun, exitNotBegun, gracefulStop, immediateStop
    }

    /// What can happen to a call.
    enum CallEvent: String, CaseIterable {
        case cancelled, disconnected, deadline, chunk, answered, blocked, unblocked, crashLoop
        case exitBegun, exitNotBegun, gracefulStop, immediateStop
    }

    /// A state and an event that met in it.
    enum Pair: Hashable {
        case worker(WorkerState, WorkerEvent)
        case lane(Lane.State, LaneEvent)
        case call(Call.State, CallEvent)
    }

    /// Every pair there is.
    static let all: [Pair] =
        WorkerState.allCases.flatMap { state in WorkerEvent.allCases.map { .worker(state, $0) } }
        + Lane.State.allCases.flatMap { state in LaneEvent.allCases.map { .lane(state, $0) } }
        + Call.State.allCases.flatMap { state in CallEvent.allCases.map { .call(state, $0) } }

    /// How often each pair was met.
    private(set) var hits: [Pair: Int] = [:]

    /// Takes note of an event that the world's core is about to be told.
    func note(_ event: World.Event, in world: World) {
        let core = world.core
        switch event {
        case .start, .call:
            break
        case .cancel(let call):
            guard let id = world.calls[call]?.id else { break }
            hit(callAt: id.index, .cancelled, onLane: .cancelled, in: core)
        case .disconnect(let client):
            for call in world.calls.values where call.client == client {
                hit(callAt: call.id.index, .disconnected, onLane: .disconnected, in: core)
            }
        case .block(let client):
            for call in world.calls.values where call.client == client {
                hit(callAt: call.id.index, .blocked, onLane: .blocked, in: core)
            }
        case .unblock(let client):
            for call in world.calls.values where call.client == client {
                hit(callAt: call.id.index, .unblocked, onLane: .unblocked, in: core)
            }
        case .frame(let lane, let frame):
            note(frame, on: lane, in: core)
        case .closed(let worker): hit(worker, .laneClosed, in: core)
        case .read(let worker): hit(worker, .lanesRead, in: core)
        case .ready(let worker): hit(worker, .ready, in: core)
        case .failedToLoad(let worker): hit(worker, .failedToLoad, in: core)
        case .exit(let worker, _): note(exitOf: worker, in: world)
        case .time: noteDeadline(in: core, now: world.now)
        case .scale, .reload, .measured: break
        case .closing(let slot), .restart(let slot):
            guard core.slots.indices.contains(slot.rawValue), let current = core.slots[slot.rawValue].current else {
                break
            }
            hit(.worker(core.workers[current].state, event == .restart(slot) ? .restart : .slotClosed))
        case .stop(let graceful):
            for worker in core.workers.indices {
                hit(.worker(core.workers[worker].state, graceful ? .gracefulStop : .immediateStop))
                for lane in core.workers[worker].lanes {
                    hit(.lane(lane.state, graceful ? .gracefulStop : .immediateStop))
                }
            }
            for call in core.calls.indices {
                hit(.call(core.calls[call].state, graceful ? .gracefulStop : .immediateStop))
            }
        }
    }

    /// Takes note of a waiting call that fails because its app is crash-looping.
    func noteCrashLoop() {
        hit(.call(.waiting, .crashLoop))
    }

    private func note(_ frame: FakeLane.Frame, on id: LaneID, in core: ArbiterCore) {
        guard let worker = core.workerIndex[id.worker.rawValue] else { return }
        let lane = core.workers[worker].lanes[id.index]
        if frame.isFault { hit(.worker(core.workers[worker].state, .fault)) }
        guard lane.state != .idle, lane.call.sequence == frame.sequence else { return hit(.lane(lane.state, .strange)) }
        switch frame.reply {
        case .response: hit(.lane(lane.state, .response))
        case .chunk: hit(.lane(lane.state, .chunk))
        case .end: hit(.lane(lane.state, .end))
        case .error, .rejection: hit(.lane(lane.state, .error))
        case .free: hit(.lane(lane.state, .free))
        }
        if frame.isLaneBusy { hit(.lane(lane.state, .busyAnswer)) }
        guard lane.state == .running || lane.state == .paused, !frame.isFault else { return }
        hit(.call(core.calls[lane.call.index].state, frame.reply == .chunk ? .chunk : .answered))
    }

    private func note(exitOf id: WorkerID, in world: World) {
        hit(id, .exited, in: world.core)
        guard let worker = world.core.workerIndex[id.rawValue], let fake = world.index(of: id) else { return }
        for (lane, begun) in zip(world.core.workers[worker].lanes, world.workers[fake].lanes.map(\.begun)) {
            let hasBegun = lane.state != .idle && lane.call.sequence == begun
            hit(.lane(lane.state, hasBegun ? .exitBegun : .exitNotBegun))
            if lane.handed.map({ !$0.isForsaken }) ?? false { hit(.call(.handed, .exitNotBegun)) }
            guard lane.state == .running || lane.state == .paused else { continue }
            hit(.call(world.core.calls[lane.call.index].state, hasBegun ? .exitBegun : .exitNotBegun))
        }
    }

    /// Takes note of the first deadline that is due; others that are due at once count another time.
    private func noteDeadline(in core: ArbiterCore, now: Instant) {
        // A lane's node may be early.
        let first = core.timers.first { target in
            guard case .lane(let worker, let lane) = target else { return true }
            return core.workers[worker].lanes[lane].deadline <= now
        }
        guard let (deadline, target) = first, deadline <= now else { return }
        switch target {
        case .call(let call):
            hit(.call(core.calls[call].state, .deadline))
        case .lane(let worker, let lane):
            let lane = core.workers[worker].lanes[lane]
            hit(.lane(lane.state, .deadline))
            guard lane.state == .running || lane.state == .paused else { break }
            hit(.call(core.calls[lane.call.index].state, .deadline))
        case .worker(let worker):
            hit(.worker(core.workers[worker].state, .deadline))
        case .sentence(let worker):
            hit(.worker(core.workers[worker].state, .sentenceDeadline))
        case .spawn, .stall:
            break
        case .stop:
            for worker in core.workers.indices { hit(.worker(core.workers[worker].state, .stopDeadline)) }
        }
    }

    private func hit(callAt index: Int, _ event: CallEvent, onLane laneEvent: LaneEvent, in core: ArbiterCore) {
        let call = core.calls[index]
        hit(.call(call.state, event))
        switch call.state {
        case .waiting, .handed: break
        case .running, .streaming: hit(.lane(core.workers[call.worker].lanes[call.lane].state, laneEvent))
        }
    }

    private func hit(_ worker: WorkerID, _ event: WorkerEvent, in core: ArbiterCore) {
        guard let index = core.workerIndex[worker.rawValue] else { return }
        hit(.worker(core.workers[index].state, event))
    }

    private func hit(_ pair: Pair) {
        hits[pair, default: 0] += 1
    }
}
