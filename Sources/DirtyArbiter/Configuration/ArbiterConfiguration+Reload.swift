extension ArbiterConfiguration {
    /// These settings after a reload to `wanted`: what a reload changes is taken over, and the rest left for the next start.
    func reloaded(_ wanted: ArbiterConfiguration, whole: Bool) -> ArbiterConfiguration {
        var result = self
        result.apps = wanted.apps
        result.pluginDirectories = wanted.pluginDirectories
        guard whole else { return result }
        result.workers = wanted.workers
        result.timeout = wanted.timeout
        result.streamTimeout = wanted.streamTimeout
        result.isolatesApps = wanted.isolatesApps
        return result
    }

    /// The settings, by their names in the file, that differ in `wanted` and that only the next start takes over.
    func changesForNextStart(_ wanted: ArbiterConfiguration) -> [String] {
        let changes: [(String, Bool)] = [
            ("dirty_threads", threads != wanted.threads),
            ("dirty_watch", watchesPlugins != wanted.watchesPlugins),
            ("dirty_max_requests", maxRequests != wanted.maxRequests),
            ("dirty_max_requests_jitter", maxRequestsJitter != wanted.maxRequestsJitter),
            ("dirty_max_memory", maxMemoryBytes != wanted.maxMemoryBytes),
            ("dirty_restart_limit", restartLimit != wanted.restartLimit),
            ("dirty_quarantine", quarantineDeaths != wanted.quarantineDeaths),
            ("dirty_graceful_timeout", gracefulTimeout != wanted.gracefulTimeout),
            ("dirty_cancel_grace", cancelGrace != wanted.cancelGrace),
            ("dirty_init_timeout", initTimeout != wanted.initTimeout),
            ("dirty_write_timeout", writeTimeout != wanted.writeTimeout),
            ("dirty_frame_timeout", frameTimeout != wanted.frameTimeout),
            ("dirty_prefetch", prefetches != wanted.prefetches),
            ("dirty_busy_poll", busyPoll != wanted.busyPoll),
            ("dirty_backlog", backlog != wanted.backlog),
            ("dirty_connection_calls", callsPerConnection != wanted.callsPerConnection),
            ("dirty_memory_budget", memoryBudgetBytes != wanted.memoryBudgetBytes),
            ("dirty_stream_buffer", streamBufferBytes != wanted.streamBufferBytes),
            ("dirty_max_frame", maxFrameBytes != wanted.maxFrameBytes),
            ("dirty_runtime_dir", runtimeDirectory != wanted.runtimeDirectory),
            ("dirty_socket", socketPath != wanted.socketPath),
            ("dirty_socket_mode", socketMode != wanted.socketMode),
            ("dirty_socket_group", socketGroup != wanted.socketGroup),
            ("dirty_allowed_uids", allowedUIDs != wanted.allowedUIDs),
            ("dirty_worker_executable", workerExecutable != wanted.workerExecutable),
        ]
        return changes.filter(\.1).map(\.0) + hooks.changes(wanted.hooks)
    }
}
