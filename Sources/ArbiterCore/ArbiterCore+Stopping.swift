extension ArbiterCore {
    /// Ends everything: no new calls, and waiting ones fail.
    ///
    /// Graceful: running calls get the graceful timeout, and workers close their apps. Else everything is killed at once,
    /// also after a graceful stop has begun. Asked again, nothing changes.
    public mutating func stopRequested(graceful: Bool, now: Instant) -> [Action] {
        var actions: [Action] = []
        switch phase {
        case .unstarted:
            phase = .stopped
            return [.finishStopping]
        case .serving:
            phase = .stopping
            for app in apps.indices {
                failWaiting(ofApp: app, .noWorkers(.stopping, retryAfter: nil), &actions)
            }
            for slot in slots.indices { cancelSpawn(into: slot) }
            giveUpRollovers(&actions)
        case .stopping:
            if graceful { return [] }
        case .stopped:
            return []
        }
        if graceful {
            stopTimer = timers.insert(.stop, key: now + configuration.gracefulTimeout)
        } else {
            disarmStop()
        }
        for worker in workers.indices {
            if graceful {
                letGo(worker, ifLoading: .stopping, now, &actions)
            } else {
                stopAtOnce(worker, now, &actions)
            }
        }
        finishIfDone(now, &actions)
        return actions
    }

    /// The graceful stop's time is over, for all workers alike, whatever each of them has left of its own.
    mutating func gracefulStopPassed(_ now: Instant, _ actions: inout [Action]) {
        disarmStop()
        for worker in workers.indices {
            switch workers[worker].state {
            case .draining, .retiring, .failing:
                readBeforeKill(worker, .lingered, &actions)
            case .killed:
                failRunning(on: worker, now, &actions)
            case .starting, .ready:
                preconditionFailure("worker \(workers[worker].id) is \(workers[worker].state) in a stop")
            }
        }
    }

    /// Says that the stop is complete, once every worker is gone or will not go.
    mutating func finishIfDone(_ now: Instant, _ actions: inout [Action]) {
        guard phase == .stopping, workers.count == writtenOff else { return }
        phase = .stopped
        disarmStop()
        // Calls on workers that will not go are answered before the end.
        for worker in workers.indices { failRunning(on: worker, now, &actions) }
        actions.append(.finishStopping)
    }

    private mutating func stopAtOnce(_ worker: Int, _ now: Instant, _ actions: inout [Action]) {
        workers[worker].isExpected = true
        kill(worker, .stopping, now, &actions)
        failRunning(on: worker, now, &actions)
    }

    private mutating func disarmStop() {
        guard let timer = stopTimer else { return }
        timers.remove(timer)
        stopTimer = nil
    }
}
