import ArbiterCore
import DirtyWire
import Glibc

/// What `status` answers: the core's snapshot, with what only the shell knows of processes and connections.
extension ArbiterLoop {
    /// The state of everything, now.
    func status() -> JSONValue {
        let snapshot = core.snapshot(now: .now)
        return [
            "server": "dirty-host",
            "version": .string(DirtyVersion.current),
            "pid": .int(Int64(getpid())),
            "uptime": .double(snapshot.uptime.seconds),
            "state": .string(core.isReady && snapshot.phase == .serving ? "ready" : snapshot.phase.rawValue),
            "ready": .bool(core.isReady),
            "socket": .string(configuration.clientSocketPath),
            "connections": JSONValue(snapshot.clients),
            "workers": .array(snapshot.workers.map(status)),
            "slots": .array(snapshot.slots.map(status)),
            "apps": .array(snapshot.apps.compactMap(status)),
            "control_socket": .string(configuration.runtimeDirectory + "/control.sock"),
            "generation": JSONValue(catalogue.generation),
            "reload": reloadStatus(),
            "memory": ["budget": JSONValue(snapshot.budgetBytes), "used": JSONValue(snapshot.usedBytes)],
        ]
    }

    private func status(_ worker: WorkerSnapshot) -> JSONValue {
        let pid = workers[worker.worker]?.pid
        let memory = pid.flatMap { ProcessMemory(of: $0) }
        return [
            "id": JSONValue(worker.worker.rawValue),
            "slot": JSONValue(worker.slot.rawValue),
            "pid": pid.map { .int(Int64($0)) } ?? .null,
            "state": .string(worker.state.rawValue),
            "generation": JSONValue(worker.generation),
            "apps": .array(worker.apps.map { .string(name($0)) }),
            "lanes": JSONValue(worker.lanes),
            "lanes_busy": JSONValue(worker.lanesBusy),
            "calls_served": JSONValue(worker.callsServed),
            "restarts": JSONValue(worker.restarts),
            "memory": memory.map {
                ["rss": JSONValue($0.residentBytes), "anonymous": JSONValue($0.anonymousBytes)]
            } ?? .null,
        ]
    }

    private func status(_ slot: SlotSnapshot) -> JSONValue {
        [
            "slot": JSONValue(slot.slot.rawValue),
            "apps": .array(slot.apps.map { .string(name($0)) }),
            "worker": slot.worker.map { JSONValue($0.rawValue) } ?? .null,
            "restarts": JSONValue(slot.restarts),
            "next_spawn": slot.nextSpawn.map { .double($0.seconds) } ?? .null,
            "crash_looping": slot.crashLooping.map { .string($0) } ?? .null,
        ]
    }

    private func status(_ app: AppSnapshot) -> JSONValue? {
        guard let entry = generations.entry(of: app.app), !entry.isRemoved else { return nil }
        return [
            "name": .string(entry.specification.name),
            "path": .string(entry.specification.path),
            "workers": JSONValue(app.slots.count),
            "workers_ready": JSONValue(app.readyWorkers),
            "backlog": JSONValue(app.backlog),
            "running": JSONValue(app.running),
            "crash_looping": app.crashLooping.map { .string($0) } ?? .null,
            "counts": [
                "answered": JSONValue(app.outcomes.answered),
                "app_errors": JSONValue(app.outcomes.failed),
                "rejected": JSONValue(app.outcomes.rejected),
                "timed_out": JSONValue(app.outcomes.timedOut),
                "died": JSONValue(app.outcomes.died),
                "cancelled": JSONValue(app.outcomes.cancelled),
                "overloaded": JSONValue(app.outcomes.overloaded),
                "no_workers": JSONValue(app.outcomes.refused),
            ],
            "latency": app.latency.map { latency in
                [
                    "count": JSONValue(latency.count),
                    "p50": .double(latency.p50.seconds),
                    "p90": .double(latency.p90.seconds),
                    "p99": .double(latency.p99.seconds),
                    "max": .double(latency.longest.seconds),
                ]
            } ?? .null,
        ]
    }
}
