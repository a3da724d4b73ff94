/// Calls that kill workers are refused after they have done so often enough.
extension ArbiterCore {
    /// The calls that are refused now.
    public func quarantined(now: Instant) -> [QuarantinedCall] {
        quarantine.refused(now: now)
    }

    /// Takes the app's calls back, or all calls.
    public mutating func clearQuarantine(app: AppID?) {
        quarantine.clear(app: app)
    }

    /// Why the call is refused; nil if it isn't.
    @inline(__always)
    func quarantineFailure(_ fingerprint: UInt64?, _ now: Instant) -> Failure? {
        guard quarantine.count > 0, let end = quarantine.end(of: fingerprint, now: now) else { return nil }
        return .quarantined(remaining: end - now)
    }

    /// A worker has died under its calls: the one that did it is blamed, if it is known which.
    ///
    /// Known is a call that the crash handler names, one that was alone on its worker, and one that went on past a
    /// bound of its app's. A client's own timeout blames nobody.
    mutating func blameCall(
        _ worker: Int,
        begun: [UInt64],
        crashedLane: Int?,
        _ now: Instant,
        _ actions: inout [Action]
    ) {
        guard configuration.quarantineDeaths > 0, workers[worker].wasReady, !workers[worker].isExpected,
            let lane = guiltyLane(worker, begun, crashedLane),
            let fingerprint = workers[worker].lanes[lane].fingerprint
        else { return }
        let app = AppID(workers[worker].lanes[lane].app)
        if quarantine.blame(fingerprint, app: app, now: now) {
            actions.append(.report(.quarantined(fingerprint: fingerprint, app)))
            revokeAll(where: { $0.fingerprint == fingerprint }, &actions)
        }
    }

    private func guiltyLane(_ worker: Int, _ begun: [UInt64], _ crashedLane: Int?) -> Int? {
        let lanes = workers[worker].lanes
        if workers[worker].state == .killed {
            let guilty = lanes.indices.filter { lanes[$0].state == .overrunning && lanes[$0].isPastGrace }
            return guilty.count == 1 && lanes[guilty[0]].isToBlame ? guilty[0] : nil
        }
        let running = lanes.indices.filter {
            lanes[$0].state != .idle && $0 < begun.count && begun[$0] == lanes[$0].call.sequence
        }
        if let crashedLane { return running.contains(crashedLane) ? crashedLane : nil }
        return running.count == 1 ? running[0] : nil
    }
}
