// A map of this module. The core (ArbiterCore) decides; this module performs.
//
//   Arbiter.swift         the service: starts, serves, stops; all that whoever embeds it needs
//   ArbiterLoop.swift     the shell around the core, on one event loop: the one door between the two
//   AppCatalogue.swift    the apps by name and path, and what their plugins said of themselves
//   AppName.swift         what a call names an app as
//   Configuration/        what an arbiter is told
//   Polling/              the event loop, and what it waits for
//   Clients/              listeners, connections, messages in, replies out
//   Workers/              processes and their links: lanes, control, output; health checks, restarts
//   Images/               private copies of plugins; describing a plugin without loading it here
//   Reload/               generations of apps, and how one follows another
//   Watching/             plugins' files, and what happens to them
//   Runtime/              the runtime directory, its lock and sockets; the service manager; children; the clock
//   Hooks/                what others want run when workers come and go
//   Status/               what `status` answers
import ArbiterCore
import DirtyWire
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Hosts plugins in supervised workers and routes clients' calls to them.
///
/// A service: run it alone, or in a `ServiceGroup` beside others. It ends when the group shuts down gracefully, when
/// ``stop(graceful:)`` is called, or, at once, when the task that runs it is cancelled. All of its work is done on one
/// event loop of its own; every method here may be called from any thread.
public final class Arbiter: Service, Sendable {
    /// Where clients connect.
    public let socketPath: String

    private let configuration: ArbiterConfiguration
    private let reconfigure: (@Sendable () async throws -> ArbiterConfiguration)?
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var running: Running?
        var isStopping = false
        var waiters: [CheckedContinuation<Void, any Error>] = []
        var failure: (any Error)?
        var hasEnded = false
    }

    private struct Running {
        let loop: NIOLoopBound<ArbiterLoop>
        let eventLoop: PollLoop
        var hosted: Hosted
    }

    /// What is hosted, and under which settings.
    private struct Hosted {
        let catalogue: AppCatalogue
        let configuration: ArbiterConfiguration
    }

    /// An arbiter that has done nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: what to host, and how.
    ///   - logger: where facts for the operator go.
    ///   - reconfigure: gives the configuration that a reload is to bring in; what it throws refuses the reload. Nil to
    ///     reload plugins only, under `configuration` as it is.
    public init(
        _ configuration: ArbiterConfiguration,
        logger: Logger,
        reconfigure: (@Sendable () async throws -> ArbiterConfiguration)? = nil
    ) {
        self.configuration = configuration
        self.reconfigure = reconfigure
        self.logger = logger
        socketPath = configuration.clientSocketPath
    }

    /// Starts, serves, and returns when everything has stopped.
    ///
    /// - Throws: ``ArbiterError`` for what keeps it from starting; nothing is left behind then.
    public func run() async throws {
        do {
            try await serve()
        } catch {
            ended(error)
            throw error
        }
        ended(nil)
    }

    /// Returns when every worker is ready, but for those that fail to boot again and again: their apps' calls fail fast.
    ///
    /// - Throws: what kept the arbiter from starting, or ``ArbiterError`` if it ended first.
    public func waitUntilReady() async throws {
        try await started()
        guard let running = state.withLock({ $0.running }) else { return }
        try await ask(running) { running.loop.value.whenReady() }
    }

    /// Stops: gracefully, letting calls that run end in their time, or at once.
    public func stop(graceful: Bool) {
        let running = state.withLock { state in
            state.isStopping = true
            return state.running
        }
        running?.eventLoop.execute { running?.loop.value.stop(graceful: graceful) }
    }

    /// Loads plugins anew, without dropping a call: those of the apps named, or all, and the configuration with them.
    ///
    /// Returns when every worker that had to be replaced was.
    ///
    /// - Throws: ``ArbiterError`` if it was refused or rolled back, or if not every plugin could be used; why is in its
    ///   message.
    public func reload(_ apps: [String]? = nil) async throws {
        try await started()
        guard let running = state.withLock({ $0.running }) else { return }
        let problem = try await ask(running) {
            let promise = running.eventLoop.makePromise(of: String?.self)
            let loop = running.loop.value
            let observer = ReloadObserver(
                progressed: { _ in },
                finished: { [unowned loop] in promise.succeed($0.problem(loop.name)) }
            )
            loop.reloads.request(.apps(apps), observer: observer)
            return promise.futureResult
        }
        if let problem { throw ArbiterError(.plugin, problem) }
    }

    /// Asks for the same for all apps, and doesn't wait: the log tells how it went.
    public func reloadSoon() {
        guard let running = state.withLock({ $0.running }) else { return }
        running.eventLoop.execute { running.loop.value.reloads.request(.all) }
    }

    /// Adds `delta` workers to the pool, or removes them; it never gets smaller than its apps need.
    public func scale(by delta: Int) {
        guard let running = state.withLock({ $0.running }) else { return }
        running.eventLoop.execute {
            let loop = running.loop.value
            loop.scale(to: loop.wantedWorkers + delta)
        }
    }

    /// The apps, once the arbiter is ready; empty before.
    public func hostedApps() -> [HostedAppSummary] {
        let hosted = state.withLock { $0.running?.hosted }
        return hosted.map { $0.catalogue.summaries($0.configuration) } ?? []
    }

    /// What the operator should know of the configuration, once the arbiter is ready; empty before.
    public var warnings: [String] {
        let hosted = state.withLock { $0.running?.hosted }
        return hosted.map { $0.catalogue.warnings($0.configuration) } ?? []
    }

    // MARK: Serving

    private func serve() async throws {
        let directory = try RuntimeDirectory(preparing: configuration.runtimeDirectory)
        let lock = try RuntimeLock(of: directory)
        let executable = try WorkerExecutable.locate(configuration.workerExecutable)
        let eventLoop = try PollLoop.start(busyPoll: configuration.busyPoll)
        do {
            try await serve(in: directory, executable: executable, on: eventLoop)
        } catch {
            try? await eventLoop.shutdownGracefully()
            throw error
        }
        try await eventLoop.shutdownGracefully()
        // The lock is held to the end: until then the directory's contents are ours.
        _ = consume lock
    }

    private func serve(
        in directory: RuntimeDirectory,
        executable: String,
        on eventLoop: PollLoop
    ) async throws {
        let hooks = HookRunner(configuration.hooks, socketPath: socketPath, eventLoop: eventLoop, logger: logger)
        try await hooks.starting(configuration.apps.map(\.name))
        let images = try ImageStore(root: directory.imagesPath)
        defer { images.removeAll() }
        let intake = PluginIntake(images: images, workerExecutable: executable, timeout: configuration.initTimeout)
        let catalogue = try await CatalogueBuilder(configuration: configuration, intake: intake).build()
        let preparation = ReloadPreparation(reconfigure: reconfigure, intake: intake)
        try await serve(catalogue, directory, preparation, hooks: hooks, on: eventLoop)
        await hooks.finish()
    }

    private func serve(
        _ catalogue: AppCatalogue,
        _ directory: RuntimeDirectory,
        _ preparation: ReloadPreparation,
        hooks: HookRunner,
        on eventLoop: PollLoop
    ) async throws {
        var calls = try callsSocket()
        defer { calls.remove() }
        var control = try controlSocket(in: directory)
        defer { control.remove() }

        let (configuration, logger) = (configuration, logger)
        let loop = try await eventLoop.submit {
            NIOLoopBound(
                ArbiterLoop(
                    configuration: configuration,
                    catalogue: catalogue,
                    preparation: preparation,
                    hooks: hooks,
                    notifier: try configuration.serviceManager.map { manager in try ServiceNotifier(manager) },
                    eventLoop: eventLoop,
                    logger: logger
                ),
                eventLoop: eventLoop
            )
        }.get()
        let (callsSocket, controlSocket) = (calls, control)
        let guests = configuration.allowedUIDs.map(ClientListener.Guests.users) ?? .anyone
        let listeners = try await eventLoop.submit {
            let loop = loop.value
            let listeners = [
                try ClientListener(callsSocket, socket: .calls, guests: guests, loop: loop),
                try ClientListener(controlSocket, socket: .control, guests: .users([]), loop: loop),
            ]
            for listener in listeners {
                try listener.start()
            }
            loop.adopted = { [weak self] in self?.adopted($0, $1) }
            try loop.startWatching()
            loop.start()
            return NIOLoopBound(listeners, eventLoop: eventLoop)
        }.get()
        startWatchdog(of: loop, on: eventLoop)
        let sweep = eventLoop.scheduleRepeatedTask(
            initialDelay: sweepPeriod,
            delay: sweepPeriod
        ) { _ in loop.value.checkClients() }

        let measuring = startMeasuring(loop, on: eventLoop)
        let reaping = startReaping(on: eventLoop)

        let hosted = Hosted(catalogue: catalogue, configuration: configuration)
        publish(Running(loop: loop, eventLoop: eventLoop, hosted: hosted))
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await eventLoop.flatSubmit { loop.value.whenStopped }.get()
            } onGracefulShutdown: {
                self.stop(graceful: true)
            }
        } onCancel: {
            self.stop(graceful: false)
        }
        sweep.cancel()
        measuring?.cancel()
        reaping?.cancel()
        try await eventLoop.flatSubmit { loop.value.reloads.whenPrepared() }.get()
        try await eventLoop.submit { loop.value.watcher?.stop() }.get()
        calls.remove()
        await takeLastClients(of: calls, on: eventLoop)
        try await eventLoop.flatSubmit {
            for listener in listeners.value {
                listener.close()
            }
            return loop.value.closeClients()
        }.get()
    }

    private func callsSocket() throws(ArbiterError) -> ListeningSocket {
        if let inherited = configuration.inheritedSockets.calls {
            return try ListeningSocket(inherited: inherited, as: "calls")
        }
        return try ListeningSocket(path: socketPath, mode: configuration.socketMode, group: configuration.socketGroup)
    }

    private func controlSocket(in directory: RuntimeDirectory) throws(ArbiterError) -> ListeningSocket {
        if let inherited = configuration.inheritedSockets.control {
            return try ListeningSocket(inherited: inherited, as: "control")
        }
        return try ListeningSocket(path: directory.controlSocketPath, mode: 0o600, group: nil)
    }

    /// Has those accepted who have connected to a socket of ours, whose path is gone, and wait for that: they get an answer,
    /// as everybody.
    ///
    /// Those at a socket that somebody else keeps wait for the host that comes next.
    private func takeLastClients(of socket: ListeningSocket, on eventLoop: PollLoop) async {
        guard !socket.isInherited else { return }
        // Nobody can join them any more, and each turn of the loop accepts some; but for want of descriptors it may not.
        let deadline = ContinuousClock.now + .seconds(1)
        while socket.hasWaiting, .now < deadline {
            try? await eventLoop.submit {}.get()
        }
    }

    /// Gives the service manager signs of life, if it wants them, at twice the pace that it asks for.
    ///
    /// They come from the event loop that serves calls, and go on until it ends: one that hangs gives none.
    private func startWatchdog(of loop: NIOLoopBound<ArbiterLoop>, on eventLoop: PollLoop) {
        guard let interval = configuration.serviceManager?.watchdogInterval else { return }
        let pause = TimeAmount.nanoseconds(max(1_000_000, Int64(interval.seconds * 1e9 / 2)))
        eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: pause) { _ in loop.value.sayAlive() }
    }

    /// Looks, now and then, at how much memory workers hold, if there is a bound.
    private func startMeasuring(_ loop: NIOLoopBound<ArbiterLoop>, on eventLoop: PollLoop) -> RepeatedTask? {
        guard configuration.maxMemoryBytes != nil else { return nil }
        return eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            loop.value.measureMemory()
        }
    }

    /// Waits, now and then, for children that others left behind, if that is our part.
    private func startReaping(on eventLoop: PollLoop) -> RepeatedTask? {
        guard configuration.reapsStrangers else { return nil }
        return eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .seconds(1)) { [logger] _ in
            for pid in OwnChild.reapStrangers() {
                logger.debug("Reaped an orphan", metadata: ["pid": "\(pid)"])
            }
        }
    }

    /// How often clients are looked at: often enough that a bound is kept to an eighth.
    private var sweepPeriod: TimeAmount {
        let shortest = min(configuration.frameTimeout, configuration.writeTimeout)
        return .nanoseconds(max(20_000_000, min(5_000_000_000, Int64(shortest.seconds * 1e9 / 8))))
    }

    // MARK: State

    private func publish(_ running: Running) {
        let (waiters, isStopping) = state.withLock { state in
            state.running = running
            defer { state.waiters = [] }
            return (state.waiters, state.isStopping)
        }
        for waiter in waiters {
            waiter.resume()
        }
        // Asked to stop while it was starting.
        if isStopping { stop(graceful: true) }
    }

    /// A reload has brought these apps and settings in.
    private func adopted(_ catalogue: AppCatalogue, _ configuration: ArbiterConfiguration) {
        state.withLock { $0.running?.hosted = Hosted(catalogue: catalogue, configuration: configuration) }
    }

    private func ended(_ error: (any Error)?) {
        let failure = error ?? ArbiterError.hasStopped
        let waiters = state.withLock { state in
            state.running = nil
            state.hasEnded = true
            state.failure = failure
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters {
            waiter.resume(throwing: failure)
        }
    }

    /// Has something asked on the event loop.
    private func ask<Answer: Sendable>(
        _ running: Running,
        _ question: @escaping @Sendable () -> EventLoopFuture<Answer>
    ) async throws -> Answer {
        do {
            return try await running.eventLoop.flatSubmit(question).get()
        } catch EventLoopError.shutdown {
            throw ArbiterError.hasStopped
        }
    }

    private func started() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let known: Result<Void, any Error>? = state.withLock { state in
                if let failure = state.failure { return .failure(failure) }
                if state.running != nil { return .success(()) }
                state.waiters.append(continuation)
                return nil
            }
            if let known { continuation.resume(with: known) }
        }
    }
}
