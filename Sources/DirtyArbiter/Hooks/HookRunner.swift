import ArbiterCore
import Glibc
import Logging
import NIOCore
import Synchronization

/// Runs hooks: those of a worker one after the other, away from the event loop.
final class HookRunner: Sendable {
    private let hooks: ArbiterHooks
    private let socketPath: String
    private let eventLoop: PollLoop
    private let logger: Logger
    /// The workers that have been forked and not reported gone.
    private let workers = Mutex<[WorkerID: Line]>([:])
    /// The hooks of workers that have been reported gone, which may still run.
    private let leaving = Mutex<[WorkerID: Task<Void, Never>]>([:])

    /// The hooks of one worker.
    private struct Line {
        /// What is known of it.
        var event: HookEvent
        /// The last that runs or waits for its turn.
        var last: Task<Void, Never>?
    }

    /// A runner of `hooks`, for the host that clients reach at `socketPath`; `eventLoop` reads what commands print.
    init(_ hooks: ArbiterHooks, socketPath: String, eventLoop: PollLoop, logger: Logger) {
        self.hooks = hooks
        self.socketPath = socketPath
        self.eventLoop = eventLoop
        self.logger = logger
    }

    /// Runs what is to be run before anything is started.
    ///
    /// - Throws: ``ArbiterError`` with the reason of a hook that fails.
    func starting(_ apps: [String]) async throws(ArbiterError) {
        let event = HookEvent(
            moment: .starting,
            pid: getpid(),
            worker: nil,
            slot: nil,
            apps: apps,
            generation: 0,
            cause: .start,
            exit: nil
        )
        guard let hook = hooks.onStarting, let reason = await run(hook, event) else { return }
        throw ArbiterError(.environment, "\(event.moment.rawValue) stopped the start: \(reason)")
    }

    /// A worker's process runs as `event` says.
    func workerForked(_ worker: WorkerID, _ event: HookEvent) {
        workers.withLock { $0[worker] = Line(event: event) }
        enqueue(.postFork, of: worker)
    }

    /// The worker has loaded its apps.
    func workerReady(_ worker: WorkerID) {
        enqueue(.workerInit, of: worker)
    }

    /// The worker's process has ended, or never began.
    func workerEnded(_ worker: WorkerID, _ exit: WorkerExit, isExpected: Bool) {
        workers.withLock { $0[worker]?.event.exit = HookEvent.Exit(exit, isExpected: isExpected) }
        enqueue(.workerExit, of: worker)
        guard let last = workers.withLock({ $0.removeValue(forKey: worker)?.last }) else { return }
        leaving.withLock { $0[worker] = last }
        // Unstructured for the reason below; it forgets what is over.
        Task {
            await last.value
            leaving.withLock { $0[worker] = nil }
        }
    }

    /// Returns when every hook that is due has run.
    func finish() async {
        let tasks = workers.withLock { $0.values.compactMap(\.last) } + leaving.withLock { Array($0.values) }
        for task in tasks {
            await task.value
        }
    }

    private func enqueue(_ moment: HookEvent.Moment, of worker: WorkerID) {
        guard let hook = hooks[moment] else { return }
        workers.withLock { workers in
            guard let line = workers[worker] else { return }
            var event = line.event
            event.moment = moment
            // Unstructured, because the event loop that reports what happens is no task, and because the hooks of workers
            // that end with a cancelled arbiter are to run too. `finish` waits for it.
            workers[worker]?.last = Task { [event] in
                await line.last?.value
                guard let reason = await self.run(hook, event) else { return }
                self.logger.warning(
                    "A hook failed",
                    metadata: ["hook": "\(moment.rawValue)", "worker": "\(worker.rawValue)", "reason": "\(reason)"]
                )
            }
        }
    }

    /// Runs a hook; returns why it failed, nil if it didn't.
    private func run(_ hook: ArbiterHooks.Hook, _ event: HookEvent) async -> String? {
        switch hook {
        case .command(let line):
            let command = HookCommand(
                line: line,
                event: event,
                timeout: hooks.timeout,
                socketPath: socketPath,
                eventLoop: eventLoop,
                logger: logger
            )
            return await command.run()
        case .closure(let body):
            return await run(body, event)
        }
    }

    private func run(_ body: @escaping @Sendable (HookEvent) async throws -> Void, _ event: HookEvent) async -> String?
    {
        await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    try await body(event)
                    return nil
                } catch {
                    return "\(error)"
                }
            }
            group.addTask { [timeout = hooks.timeout] in
                try? await Task.sleep(for: timeout)
                return "it ran past \(timeout.seconds) s (dirty_hook_timeout)"
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? nil
        }
    }
}

extension HookEvent.Exit {
    /// The exit as the core has it.
    fileprivate init(_ exit: WorkerExit, isExpected: Bool) {
        let (code, signal): (Int32?, Int32?) =
            switch exit {
            case .exited(let code): (code, nil)
            case .signalled(let signal): (nil, signal)
            case .notStarted: (nil, nil)
            }
        self.init(words: exit.words, code: code, signal: signal, isExpected: isExpected)
    }
}
