import ArbiterCore
import DirtyWire
import NIOCore
import NIOPosix

/// The loop's part in reloads: what the coordinator has it do.
extension ArbiterLoop {
    /// Hands a reload that is ready to the core.
    func perform(_ draft: ReloadDraft) {
        generations.add(draft.catalogue)
        // Workers asked for meanwhile, by hand or signal, hold until the configuration itself says another number.
        let isResized = draft.configuration.workers != configuration.workers
        let rollout = Rollout(
            generation: draft.catalogue.generation,
            apps: draft.catalogue.coreApps(draft.configuration),
            workers: isResized ? draft.configuration.workers : wantedWorkers,
            renewed: draft.renewed
        )
        wantedWorkers = rollout.workers
        perform { $0.reloadRequested(rollout, now: $1) }
    }

    /// A reload has succeeded: clients see its apps from now on.
    func adopt(_ draft: ReloadDraft) {
        generations.publish(draft.catalogue.generation)
        configuration = draft.configuration
        watcher?.watch(configuration, catalogue)
        adopted?(catalogue, configuration)
    }

    /// Begins to watch plugins' files, if that is wanted.
    func startWatching() throws(ArbiterError) {
        guard configuration.watchesPlugins else { return }
        watcher = try PluginWatcher(loop: self)
        watcher?.watch(configuration, catalogue)
    }

    /// No worker of `generation` lives or will be started.
    func forget(_ generation: Int) {
        generations.forget(generation)
        sweepImages()
    }

    /// Removes the images that no worker has or will load.
    func sweepImages() {
        let snapshot = core.snapshot(now: .now)
        guard !snapshot.isReloading else { return }
        remove(
            generations.sweep(
                snapshot.slots.map { ($0.generation, $0.apps) } + snapshot.workers.map { ($0.generation, $0.apps) }
            )
        )
    }

    /// Removes images that nobody will load.
    func remove(_ unused: [PluginImage]) {
        guard !unused.isEmpty else { return }
        let images = images
        // Disks block, and the event loop mustn't. What is left of it when the arbiter ends goes with the whole store.
        NIOThreadPool.singleton.submit { _ in
            for image in unused { images.remove(image) }
        }
    }

    /// The name of an app that is hosted, was, or is about to be.
    func name(_ app: AppID) -> String {
        generations.entry(of: app)?.specification.name ?? "app \(app.rawValue)"
    }

    /// What `status` says of reloads.
    func reloadStatus() -> JSONValue {
        [
            "active": .bool(reloads.isActive),
            "generation": JSONValue(catalogue.generation),
            "last": reloads.last?.json(name) ?? .null,
        ]
    }
}
