/// Gets a reload ready without touching what runs: reads the configuration, and takes plugins in.
struct ReloadPreparation: Sendable {
    /// Reads the configuration again; nil where it is always the same.
    let reconfigure: (@Sendable () async throws -> ArbiterConfiguration)?
    /// What describes and copies.
    let intake: PluginIntake

    /// The reload to `generation`, as far as `scope` goes.
    ///
    /// - Parameters:
    ///   - unusable: plugins, by path, that are known to fail when they are opened; they aren't tried again.
    ///   - catalogue: what is hosted.
    ///   - running: the settings in force.
    /// - Returns: the draft, or ``ArbiterError`` for a configuration or a plugin that can't be used; nothing is left of
    ///   it then.
    func result(
        _ scope: ReloadScope,
        without unusable: [String: ArbiterError],
        from catalogue: AppCatalogue,
        running: ArbiterConfiguration,
        generation: Int
    ) async -> Result<ReloadDraft, ArbiterError> {
        do throws(ArbiterError) {
            return .success(
                try await draft(scope, without: unusable, from: catalogue, running: running, generation: generation)
            )
        } catch {
            return .failure(error)
        }
    }

    private func draft(
        _ scope: ReloadScope,
        without unusable: [String: ArbiterError],
        from catalogue: AppCatalogue,
        running: ArbiterConfiguration,
        generation: Int
    ) async throws(ArbiterError) -> ReloadDraft {
        let wanted = try await configuration(running)
        let plan = try ReloadPlan(from: catalogue, to: wanted, scope: scope)
        var intake = intake
        intake.timeout = wanted.initTimeout
        var taken = await intake.take(plan.paths.filter { unusable[$0] == nil })
        for path in plan.paths { if let error = unusable[path] { taken[path] = .failure(error) } }
        do throws(ArbiterError) {
            return try ReloadDraft(
                plan,
                from: catalogue,
                generation: generation,
                running: running,
                wanted: wanted,
                taken: taken
            )
        } catch {
            await intake.discard(ReloadDraft.images(in: taken))
            throw error
        }
    }

    private func configuration(_ running: ArbiterConfiguration) async throws(ArbiterError) -> ArbiterConfiguration {
        guard let reconfigure else { return running }
        do {
            return try await reconfigure()
        } catch let error as ArbiterError {
            throw error
        } catch {
            throw ArbiterError(.configuration, "the configuration can't be read: \(error)")
        }
    }
}
