import ArbiterCore
import DirtyWire
import Logging
import NIOCore

/// Has reloads done, one at a time: prepares each away from the event loop, hands it to the core, and tells how it went.
///
/// What is asked for while one is under way is done next, all of it together. Lives on the arbiter's event loop.
final class ReloadCoordinator {
    /// A reload that was asked for.
    fileprivate struct Request {
        var scope: ReloadScope
        var observers: [ReloadObserver]
        /// When it was begun.
        var begun = Instant.now
        /// Plugins found in directories, by path, for which an attempt at it failed: the next does without them.
        var unusable: [String: ArbiterError] = [:]
    }

    /// What is being done.
    private enum Phase {
        /// Nothing. Can become: preparing.
        case idle
        /// Configuration and plugins are read. Can become: performing, idle.
        case preparing(Request)
        /// Workers are replaced. Can become: idle.
        case performing(Request, ReloadDraft)
    }

    /// How the latest reload ended.
    private(set) var last: ReloadResult?

    private unowned let loop: ArbiterLoop
    private let preparation: ReloadPreparation
    private var phase = Phase.idle {
        didSet { loop.noteReloading() }
    }
    private var waiting: Request?
    private var lastGeneration = 0
    private var lastWords: ReloadResult.LastWords?
    private var isStopping = false
    private var task: Task<Void, Never>?
    private var idleWaiters: [EventLoopPromise<Void>] = []

    /// Has the reloads of `loop` done.
    init(loop: ArbiterLoop, preparation: ReloadPreparation) {
        self.loop = loop
        self.preparation = preparation
    }

    /// Whether a reload is under way.
    var isActive: Bool {
        if case .idle = phase { false } else { true }
    }

    /// Asks for a reload of what `scope` is about.
    func request(_ scope: ReloadScope, observer: ReloadObserver? = nil) {
        let observers = observer.map { [$0] } ?? []
        let request = Request(scope: scope, observers: observers)
        guard !isStopping else { return tellEnd(of: request, .refused(Self.stopping)) }
        guard isActive else { return begin(request) }
        observer?.progressed(["event": "waiting", "for": "the reload that is under way"])
        waiting = Request(
            scope: waiting.map { $0.scope.union(scope) } ?? scope,
            observers: (waiting?.observers ?? []) + observers
        )
    }

    /// A step of the reload that the core performs.
    func progressed(_ progress: ReloadProgress) {
        guard case .performing(let request, let draft) = phase else { return }
        var step: JSONObject = [
            "event": .string(progress.event.rawValue), "slot": JSONValue(progress.slot.rawValue),
        ]
        step["worker"] = progress.worker.map { JSONValue($0.rawValue) }
        step["generation"] = JSONValue(draft.catalogue.generation)
        step["done"] = JSONValue(progress.done)
        step["total"] = JSONValue(progress.total)
        tell(request, .object(step))
    }

    /// A worker has ended; should it be one that makes the reload fail, this is what it left.
    func workerEnded(_ worker: WorkerID, outputTail: String, traceback: String) {
        guard case .performing = phase else { return }
        lastWords = ReloadResult.LastWords(worker: worker, outputTail: outputTail, traceback: traceback)
    }

    /// The core has ended the reload to `generation`.
    func finished(_ generation: Int, _ outcome: ReloadOutcome) {
        guard case .performing(let request, let draft) = phase, draft.catalogue.generation == generation else {
            preconditionFailure("the reload to generation \(generation) has ended, and none was begun")
        }
        defer { loop.sweepImages() }
        switch outcome {
        case .completed:
            loop.adopt(draft)
            if !draft.leftForNextStart.isEmpty {
                loop.logger.warning(
                    "Settings have changed that take effect at the next start",
                    metadata: ["settings": "\(draft.leftForNextStart.joined(separator: ", "))"]
                )
            }
            end(request, .completed, skipped: draft.skipped)
        case .rolledBack(let failure):
            loop.generations.abandon(generation)
            if !isStopping, let next = request.without(failure, draft) {
                tell(next, ["event": "retrying", "without": .string(failure.app.map(draft.catalogue.name) ?? "")])
                return attempt(next)
            }
            let words = lastWords.flatMap { $0.worker == failure.worker ? $0 : nil }
            end(request, .rolledBack(failure, words))
        }
    }

    /// Begins nothing more, and breaks off what is being prepared: the arbiter stops.
    func stop() {
        isStopping = true
        task?.cancel()
        guard let request = waiting else { return }
        waiting = nil
        tellEnd(of: request, .refused(Self.stopping))
    }

    /// Fulfilled when nothing is being prepared.
    func whenPrepared() -> EventLoopFuture<Void> {
        guard task != nil else { return loop.eventLoop.makeSucceededVoidFuture() }
        let promise = loop.eventLoop.makePromise(of: Void.self)
        idleWaiters.append(promise)
        return promise.futureResult
    }

    private static let stopping = "the host is stopping"

    // MARK: One reload

    private func begin(_ request: Request) {
        var request = request
        request.begun = .now
        attempt(request)
    }

    private func attempt(_ request: Request) {
        phase = .preparing(request)
        lastGeneration += 1
        tell(request, ["event": "preparing", "generation": JSONValue(lastGeneration)])
        loop.logger.notice(
            "Reloading",
            metadata: ["generation": "\(lastGeneration)", "what": "\(request.scope.words)"]
        )

        let (preparation, scope, generation) = (preparation, request.scope, lastGeneration)
        let unusable = request.unusable
        let (catalogue, running) = (loop.catalogue, loop.configuration)
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let eventLoop = loop.eventLoop
        // Unstructured, because the event loop isn't a task. The arbiter doesn't end before it has: see `whenPrepared`.
        task = Task {
            let result = await preparation.result(
                scope,
                without: unusable,
                from: catalogue,
                running: running,
                generation: generation
            )
            eventLoop.execute { bound.value.prepared(result) }
        }
    }

    private func prepared(_ result: Result<ReloadDraft, ArbiterError>) {
        guard case .preparing(let request) = phase else {
            preconditionFailure("a reload was prepared, and none was begun")
        }
        task = nil
        switch result {
        case .failure(let error):
            end(request, .refused(error.message))
        case .success(let draft) where isStopping:
            discard(draft.newImages)
            end(request, .refused(Self.stopping))
        case .success(let draft) where !draft.changes:
            discard(draft.newImages)
            end(request, .unchanged, skipped: draft.skipped)
        case .success(let draft):
            phase = .performing(request, draft)
            lastWords = nil
            loop.perform(draft)
        }
        if task == nil { wakeWaiters() }
    }

    /// The reload that is under way has ended: the next one may begin.
    private func end(_ request: Request, _ outcome: ReloadResult.Outcome, skipped: [SkippedPlugin] = []) {
        phase = .idle
        tellEnd(of: request, outcome, skipped: skipped)
        guard let next = waiting else { return }
        waiting = nil
        begin(next)
    }

    private func tellEnd(of request: Request, _ outcome: ReloadResult.Outcome, skipped: [SkippedPlugin] = []) {
        let result = ReloadResult(
            outcome: outcome,
            generation: loop.catalogue.generation,
            skipped: skipped,
            time: .now - request.begun
        )
        last = result
        log(result)
        for observer in request.observers { observer.finished(result) }
    }

    private func tell(_ request: Request, _ step: JSONValue) {
        for observer in request.observers { observer.progressed(step) }
    }

    private func log(_ result: ReloadResult) {
        var metadata: Logger.Metadata = [
            "generation": "\(result.generation)", "seconds": "\(result.time.seconds)",
        ]
        if let problem = result.problem(loop.name) {
            metadata["cause"] = "\(problem)"
            loop.logger.error("Reload failed", metadata: metadata)
        } else {
            loop.logger.notice("Reloaded", metadata: metadata)
        }
    }

    private func discard(_ images: [PluginImage]) {
        loop.remove(images)
    }

    private func wakeWaiters() {
        let waiters = idleWaiters
        idleWaiters = []
        for waiter in waiters { waiter.succeed() }
    }
}

extension ReloadScope {
    /// What it is about, for the log.
    fileprivate var words: String {
        isAll ? "all apps" : (names.sorted() + paths.sorted()).joined(separator: ", ")
    }
}

extension ReloadCoordinator.Request {
    /// The same without the plugin that made it fail; nil unless that was found in a directory, where one broken plugin
    /// doesn't stop the others.
    fileprivate func without(_ failure: ReloadFailure, _ draft: ReloadDraft) -> Self? {
        guard let app = failure.app, draft.renewed.contains(app) else { return nil }
        let specification = draft.catalogue.entries[app.rawValue].specification
        guard specification.isFromDirectory, unusable[specification.path] == nil else { return nil }
        var next = self
        next.unusable[specification.path] = ArbiterError(.plugin, failure.cause)
        return next
    }
}
