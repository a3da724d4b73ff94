import ArbiterCore

/// What the service manager hears.
extension ArbiterLoop {
    /// Gives a sign of life.
    func sayAlive() {
        notifier?.send(.alive)
    }

    /// Says how it goes, and once that the host is up.
    ///
    /// It is up when every slot has a worker that is ready or has failed to boot so often that its calls fail fast: one
    /// broken plugin among others keeps nobody from being served.
    func updateServiceManager() {
        guard notifier != nil else { return }
        let snapshot = core.snapshot(now: .now)
        let ready = Set(snapshot.workers.filter { $0.state == .ready }.map(\.slot))
        let looping = snapshot.slots.count { $0.crashLooping != nil }
        var status = "\(ready.count) of \(snapshot.slots.count) workers ready, \(catalogue.hosted.count) apps"
        if looping > 0 { status += ", \(looping) workers fail to boot" }
        guard core.isSettled, !said.isReady, !reloads.isActive else {
            notifier?.send(.status(status))
            return
        }
        said.isReady = true
        notifier?.send(.ready, .status(status))
    }

    /// Says that a reload has begun, or has ended, well or not, if one has.
    func noteReloading() {
        guard notifier != nil, reloads.isActive != said.isReloading else { return }
        said.isReloading = reloads.isActive
        if said.isReloading {
            notifier?.send(.reloading, .status("reloading"))
        } else {
            said.isReady = false
            updateServiceManager()
        }
    }

    /// Says that a stop has begun.
    func stopBegan() {
        notifier?.send(.stopping, .status("stopping"))
    }
}

/// What a service manager has been told.
struct ServiceState {
    /// Whether the host is up.
    var isReady = false
    /// Whether it reloads.
    var isReloading = false
}
