import ArbiterCore

extension AppCatalogue {
    /// What the core is told at the start.
    func coreConfiguration(_ configuration: ArbiterConfiguration) -> CoreConfiguration {
        var core = CoreConfiguration(
            apps: coreApps(configuration).compactMap(\.self),
            workers: configuration.workers,
            lanesPerWorker: configuration.threads
        )
        core.backlogPerApp = configuration.backlog
        core.prefetches = configuration.prefetches
        core.callsPerClient = configuration.callsPerConnection
        core.budgetBytes = configuration.memoryBudgetBytes
        core.initTimeout = configuration.initTimeout
        core.gracefulTimeout = configuration.gracefulTimeout
        core.cancelGrace = configuration.cancelGrace
        core.maxRequests = configuration.maxRequests
        core.maxRequestsJitter = configuration.maxRequestsJitter
        core.maxMemoryBytes = configuration.maxMemoryBytes
        core.spawnsPerWindow = configuration.restartLimit
        core.quarantineDeaths = configuration.quarantineDeaths
        core.quarantineTime = configuration.quarantineTime
        return core
    }

    /// What the core is told of the apps, by their id; nil for those hosted no more.
    func coreApps(_ configuration: ArbiterConfiguration) -> [AppConfiguration?] {
        entries.map { $0.isRemoved ? nil : $0.coreApp(configuration) }
    }
}

extension AppCatalogue.Entry {
    fileprivate func coreApp(_ configuration: ArbiterConfiguration) -> AppConfiguration {
        var app = AppConfiguration(name: specification.name, workers: specification.workers)
        app.isIsolated =
            configuration.isolatesApps || specification.isIsolated || !specification.environment.isEmpty
            || description.isExclusive
        app.timeout = specification.timeout ?? configuration.timeout
        app.streamTimeout = specification.streamTimeout ?? configuration.streamTimeout
        app.stopsFirst = specification.stopsFirst
        if specification.killsOnClientTimeout { app.killOn.insert(.clientTimeout) }
        if specification.killsOnDisconnect { app.killOn.insert(.disconnect) }
        return app
    }
}
