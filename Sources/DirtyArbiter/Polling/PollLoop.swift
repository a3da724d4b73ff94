import CDirtyLink
import Dispatch
import Glibc
import NIOCore
import Synchronization

/// One thread that waits for descriptors, runs what is posted to it, and keeps time: the arbiter's event loop.
///
/// A SwiftNIO event loop to everybody but those who read and write: these are ``PollSource``s, which it calls without
/// channels and pipelines between (docs/decisions/036). Each turn it tells sources what has happened, runs what is due
/// and what was posted, and then has everything sent that was written: so one write per descriptor and turn.
///
/// `@unchecked`: what is in neither the mutex nor an atomic is touched on the loop's thread only, and every entry from
/// outside goes through the mutex.
final class PollLoop: NIOSerialEventLoopExecutor, @unchecked Sendable {
    /// What others have left for the loop.
    private struct Inbox {
        var tasks: [@Sendable () -> Void] = []
        var isClosed = false
    }

    /// Events taken in one turn: more would keep those waiting that are due.
    private static let eventsPerTurn = 64
    /// Room for what is read and copied on; a piece of more is read in several.
    private static let spaceBytes = 1 << 16

    private let poll: Int32
    private let waker: Int32
    /// How the thread waits for events.
    @exclusivity(unchecked) private var busyPoll: DirtyBusyPoll
    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)
    private let timerCount = Atomic<UInt64>(0)
    private let ended = Mutex<[@Sendable () -> Void]?>([])
    /// Where tasks run that come after the end.
    private let afterwards = DispatchQueue(label: "dirty.loop.afterwards")

    /// Where sources read to that have no place of their own.
    ///
    /// What is there stays until the next read.
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: spaceBytes, alignment: 16)

    /// Large memory that sources need no more, or need now.
    private(set) lazy var spareMemory = SpareMemory { [unowned self] sweep in
        keepTime(for: SpareMemory.period, sweep)
    }

    /// What is rung when the alarm goes off.
    var onAlarm: () -> Void = {}
    /// When it goes off; `distantFuture` if it doesn't.
    ///
    /// Setting it costs nothing, so it may be set at every event.
    @exclusivity(unchecked) var alarm = NIODeadline.distantFuture

    /// Those who send at the end of the turn, each of which knows the next one.
    @exclusivity(unchecked) private var firstUnflushed: StreamSocket?
    @exclusivity(unchecked) private unowned(unsafe) var lastUnflushed: StreamSocket?
    @exclusivity(unchecked) private var tasks: [@Sendable () -> Void] = []
    @exclusivity(unchecked) private var timers = PollTimers()
    private var sources: [ObjectIdentifier: PollSource] = [:]
    /// Closed in this turn: events that have been taken may still name them.
    @exclusivity(unchecked) private var departed: [PollSource] = []
    @exclusivity(unchecked) private var isStopping = false
    /// When the clock was last looked at, at the end of a turn.
    @exclusivity(unchecked) private var lastLook = NIODeadline.now()

    /// A loop whose thread has started.
    ///
    /// - Parameter busyPoll: How long to look for events before sleeping, while they come soon.
    /// - Throws: ``ArbiterError`` if there are too many descriptors or threads.
    static func start(busyPoll: Duration = .zero) throws(ArbiterError) -> PollLoop {
        let poll = dirty_poll_create()
        guard poll >= 0 else {
            throw ArbiterError(.environment, "can't make an event loop: \(errorText(-poll))")
        }
        let waker = dirty_waker_create()
        guard waker >= 0 else {
            Glibc.close(poll)
            throw ArbiterError(.environment, "can't make an event loop: \(errorText(-waker))")
        }
        let loop = PollLoop(poll: poll, waker: waker, busyPoll: busyPoll)
        let added = dirty_poll_add(poll, waker, DIRTY_POLL_READABLE, nil)
        guard added == 0 else {
            throw ArbiterError(.environment, "can't make an event loop: \(errorText(-added))")
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(loop)
        let failure = pthread_create(&thread, nil, { PollLoop.main($0) }, context.toOpaque())
        guard failure == 0 else {
            context.release()
            throw ArbiterError(.environment, "can't start a thread: \(errorText(failure))")
        }
        pthread_detach(thread)
        return loop
    }

    private init(poll: Int32, waker: Int32, busyPoll: Duration) {
        self.poll = poll
        self.waker = waker
        self.busyPoll = DirtyBusyPoll()
        self.busyPoll.limit = busyPoll.wholeNanoseconds
    }

    deinit {
        space.deallocate()
        Glibc.close(poll)
        Glibc.close(waker)
    }

    private static func main(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        Unmanaged<PollLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }

    // MARK: The turn

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .releasing)
        withUnsafeTemporaryAllocation(of: DirtyPollEvent.self, capacity: Self.eventsPerTurn) { events in
            while !isStopping {
                let count = dirty_poll_wait(poll, events.baseAddress, Int32(events.count), patience, &busyPoll)
                precondition(count >= 0, "the event loop's own descriptors failed: \(errorText(-count))")
                for index in 0..<Int(count) {
                    handle(events[index])
                }
                runTasks()
                ring()
                flush()
                if !departed.isEmpty { departed.removeAll() }
            }
        }
        end()
    }

    /// How long the loop may wait, in milliseconds, rounded up: too early would be a turn for nothing.
    private var patience: Int32 {
        guard tasks.isEmpty else { return 0 }
        let next = min(alarm, timers.next ?? .distantFuture)
        guard next < .distantFuture else { return -1 }
        let nanoseconds = max(0, (next - lastLook).nanoseconds)
        return Int32(min(nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 > 0 ? 1 : 0), 1 << 30))
    }

    private func handle(_ event: DirtyPollEvent) {
        guard let name = event.source else {
            dirty_waker_clear(waker)
            return takePosted()
        }
        // Alive: it is among the sources, or among those that departed in this turn.
        Unmanaged<PollSource>.fromOpaque(name)._withUnsafeGuaranteedRef { source in
            if source.isOpen { source.happened(event.events) }
        }
    }

    private func ring() {
        let now = NIODeadline.now()
        lastLook = now
        if alarm <= now {
            alarm = .distantFuture
            onAlarm()
        }
        while let due = timers.popDue(now) {
            due.run()
        }
    }

    private func runTasks() {
        guard !tasks.isEmpty else { return }
        // What these post waits for the next turn: descriptors have theirs in between.
        let current = tasks
        tasks = []
        for task in current {
            task()
        }
    }

    /// Takes what others have left; they wake the loop for it.
    private func takePosted() {
        inbox.withLock { inbox in
            guard !inbox.tasks.isEmpty else { return }
            tasks.append(contentsOf: inbox.tasks)
            inbox.tasks.removeAll(keepingCapacity: true)
        }
    }

    private func flush() {
        // A write that fails may lead to others.
        while let socket = firstUnflushed {
            firstUnflushed = socket.nextUnflushed
            socket.nextUnflushed = nil
            socket.flushAwaited()
        }
    }

    // MARK: Sources

    /// Waits for `events` at the source's descriptor.
    func add(_ source: PollSource, events: UInt32) -> Int32 {
        let result = dirty_poll_add(poll, source.descriptor, events, Unmanaged.passUnretained(source).toOpaque())
        if result == 0 { sources[ObjectIdentifier(source)] = source }
        return result
    }

    /// Waits for other events.
    func change(_ source: PollSource, events: UInt32) {
        let name = Unmanaged.passUnretained(source).toOpaque()
        closeIfRefused(source, dirty_poll_change(poll, source.descriptor, events, name))
    }

    /// Waits for nothing of it for now.
    func park(_ source: PollSource) {
        dirty_poll_remove(poll, source.descriptor)
    }

    /// Waits for it again.
    func unpark(_ source: PollSource, events: UInt32) {
        let name = Unmanaged.passUnretained(source).toOpaque()
        closeIfRefused(source, dirty_poll_add(poll, source.descriptor, events, name))
    }

    /// Closes a source that the kernel refuses to wait for, at the end of the turn: nothing would ever happen there.
    private func closeIfRefused(_ source: PollSource, _ result: Int32) {
        guard result < 0 else { return }
        // Not at once: whoever changes what is waited for is in the midst of something.
        let source = NIOLoopBound(source, eventLoop: self)
        tasks.append { source.value.close() }
    }

    /// Waits for it no more; its descriptor is still open.
    func remove(_ source: PollSource) {
        // Held from here on: nobody else may hold it.
        guard let source = sources.removeValue(forKey: ObjectIdentifier(source)) else { return }
        dirty_poll_remove(poll, source.descriptor)
        departed.append(source)
    }

    /// Has `socket`, which isn't among those that do, send what has been written to it at the end of this turn.
    func flushLater(_ socket: StreamSocket) {
        if firstUnflushed == nil {
            firstUnflushed = socket
        } else {
            lastUnflushed?.nextUnflushed = socket
        }
        lastUnflushed = socket
    }

    // MARK: Tasks

    var inEventLoop: Bool {
        thread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    func execute(_ task: @escaping @Sendable () -> Void) {
        if !post(task) { runAfterwards(task) }
    }

    func submit<T>(_ task: @escaping @Sendable () throws -> T) -> EventLoopFuture<T> {
        let promise = makePromise(of: T.self)
        let isPosted = post {
            do {
                promise.assumeIsolated().succeed(try task())
            } catch {
                promise.fail(error)
            }
        }
        if !isPosted { promise.fail(EventLoopError.shutdown) }
        return promise.futureResult
    }

    func scheduleTask<T>(deadline: NIODeadline, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        let id = timerCount.wrappingAdd(1, ordering: .relaxed).newValue
        let promise = makePromise(of: T.self)
        let insert = { @Sendable [self] in
            let run = {
                do {
                    promise.assumeIsolated().succeed(try task())
                } catch {
                    promise.fail(error)
                }
            }
            timers.insert(
                PollTimers.Entry(id: id, deadline: deadline, run: run) { promise.fail(EventLoopError.shutdown) }
            )
        }
        if inEventLoop {
            insert()
        } else if !post(insert) {
            promise.fail(EventLoopError.shutdown)
        }
        return Scheduled(promise: promise) { [self] in
            if inEventLoop { timers.remove(id) } else { execute { self.timers.remove(id) } }
        }
    }

    func scheduleTask<T>(in delay: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        scheduleTask(deadline: .now() + delay, task)
    }

    /// Has `task` run after `delay`, unless the loop ends before.
    ///
    /// On the loop's thread.
    private func keepTime(for delay: TimeAmount, _ task: @escaping () -> Void) {
        let id = timerCount.wrappingAdd(1, ordering: .relaxed).newValue
        timers.insert(PollTimers.Entry(id: id, deadline: .now() + delay, run: task, drop: {}))
    }

    /// Leaves a task for the loop; false, and it is never run, if there will be no more turn.
    @discardableResult
    func post(_ task: @escaping @Sendable () -> Void) -> Bool {
        if inEventLoop {
            tasks.append(task)
            return true
        }
        let isFirst = inbox.withLock { inbox -> Bool? in
            guard !inbox.isClosed else { return nil }
            inbox.tasks.append(task)
            return inbox.tasks.count == 1
        }
        if isFirst == true { dirty_waker_wake(waker) }
        return isFirst != nil
    }

    // MARK: The end

    /// Ends the loop after its turn; `callback` is called on `queue` when it has.
    ///
    /// What was posted by then is done, what is scheduled fails, and sources are closed. Futures settle after that too, and
    /// tell those who wait for them; what is submitted or scheduled then fails, with `EventLoopError.shutdown`.
    func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        let report = { @Sendable in queue.async { callback(nil) } }
        let isRunning = ended.withLock { ended in
            ended?.append(report)
            return ended != nil
        }
        guard isRunning else { return report() }
        execute { self.isStopping = true }
    }

    private func end() {
        repeat { settle() } while !closeInbox()
        let waiting = ended.withLock { ended in
            defer { ended = nil }
            return ended ?? []
        }
        for callback in waiting {
            callback()
        }
    }

    /// Does what is posted, and lets nothing wait any more, until nothing does.
    private func settle() {
        repeat {
            takePosted()
            let current = tasks
            tasks = []
            for task in current { task() }
            for timer in timers.removeAll() { timer.drop() }
            for source in Array(sources.values) { source.close() }
        } while !(tasks.isEmpty && timers.next == nil && sources.isEmpty)
        while let socket = firstUnflushed {
            firstUnflushed = socket.nextUnflushed
            socket.nextUnflushed = nil
        }
        (departed, onAlarm) = ([], {})
    }

    /// Has no more tasks left for this thread, unless one has been meanwhile; true if not.
    private func closeInbox() -> Bool {
        inbox.withLock { inbox in
            guard inbox.tasks.isEmpty else { return false }
            inbox.isClosed = true
            // The thread's name is soon another's.
            thread.store(0, ordering: .releasing)
            return true
        }
    }

    /// Runs a task after the end, as if on the loop: most are futures' own, which tell that something came too late.
    private func runAfterwards(_ task: @escaping @Sendable () -> Void) {
        afterwards.async { [self] in
            thread.store(UInt(pthread_self()), ordering: .releasing)
            task()
            settle()
            thread.store(0, ordering: .releasing)
        }
    }
}
