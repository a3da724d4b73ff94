import ArbiterCore
import CDirtyLink
import DirtyWire
import Glibc
import Logging
import NIOCore

/// One worker process and the arbiter's ends of its links.
///
/// The process is owned by the task that runs it, which reports its exit; the links stay open until the loop has read
/// what they still hold. Lives on the arbiter's event loop.
final class WorkerProcess {
    /// What it was started with.
    let order: WorkerOrder
    /// The process id once it runs.
    private(set) var pid: pid_t?
    /// What each app said of itself when it was ready, in load order.
    private(set) var loadedApps: [JSONValue] = []
    /// What asks its apps for their health, while they are asked.
    var gate: HealthGate?

    unowned let loop: ArbiterLoop
    private let logger: Logger
    let page: OpaquePointer
    private let lanes: [LaneHandler]
    private var control: ControlHandler?
    private let output: OutputHandler
    private var isKilled = false
    private var exitCode: WorkerExit?
    private let positions: [Int]
    private var traces: [Int: (String) -> Void] = [:]
    private var nextTrace = 1

    /// Makes the links and starts the process; its exit, or that it couldn't start, is reported to `loop`.
    init(_ order: WorkerOrder, loop: ArbiterLoop, logger: Logger) throws(ArbiterError) {
        let links = try WorkerLinks(laneCount: order.laneCount, setup: Self.setup(order))
        self.order = order
        self.loop = loop
        self.logger = logger
        page = links.page
        positions = order.apps.enumerated().reduce(into: []) { positions, app in
            let gap = app.element.id.rawValue + 1 - positions.count
            if gap > 0 { positions += [Int](repeating: 0, count: gap) }
            positions[app.element.id.rawValue] = app.offset
        }
        lanes = links.lanes.enumerated().map { index, descriptor in
            LaneHandler(lane: LaneID(worker: order.id, index: index), descriptor: descriptor, loop: loop)
        }
        output = OutputHandler(descriptor: links.output, on: loop.eventLoop, logger: logger)
        let control = ControlHandler(descriptor: links.control, worker: self)
        self.control = control

        do throws(ArbiterError) {
            for link in lanes + [control, output] {
                try link.start()
            }
        } catch {
            release()
            close(links.workerControl)
            close(links.workerOutput)
            throw error
        }
        run(links)
    }

    deinit {
        dirty_page_unmap(page)
    }

    /// Where `app` stands in the worker's list: what requests on its lanes name it by.
    func position(of app: AppID) -> Int {
        positions[app.rawValue]
    }

    // MARK: Towards the worker

    /// Our end of lane `index`.
    func lane(_ index: Int) -> LaneHandler {
        lanes[index]
    }

    /// Marks call `sequence` as cancelled on the shared page, and wakes the plugin's `cancel` hook.
    func cancel(lane index: Int, sequence: UInt64, _ reason: CancelReason) {
        let call = LaneCall.wireID(sequence: sequence, lane: index)
        let (word, status): (UInt32, Int64) =
            switch reason {
            case .cancelled: (DIRTY_PAGE_WHY_CANCELLED, -6)
            case .deadline: (DIRTY_PAGE_WHY_DEADLINE, -7)
            }
        dirty_page_set_cancelled(page, UInt32(index), call, word)
        control?.send([
            "type": "cancel", "lane": .int(Int64(index)), "call": .string(String(call)), "why": .int(status),
        ])
    }

    /// Asks where the thread of lane `index` is; `answer` gets the text, or nothing ever if the worker can't say.
    func trace(lane index: Int, answer: @escaping (String) -> Void) {
        let serial = nextTrace
        nextTrace += 1
        traces[serial] = answer
        control?.send(["type": "trace", "lane": .int(Int64(index)), "serial": .int(Int64(serial))])
    }

    /// Says bye and closes the lanes: the worker closes its apps and exits.
    func retire() {
        control?.send(["type": "bye"])
        for lane in lanes {
            lane.release()
        }
    }

    /// SIGKILLs the process group.
    func kill() {
        isKilled = true
        guard exitCode == nil, let pid else { return }
        Glibc.kill(-pid, SIGKILL)
    }

    // MARK: From the worker

    /// Takes in what the lanes, the control link and the pipe hold right now.
    func drainLanes() {
        for lane in lanes {
            lane.drain()
        }
    }

    /// What each lane had begun last, as sequences.
    func begunSequences() -> [UInt64] {
        lanes.indices.map { dirty_page_begun(page, UInt32($0)) >> 8 }
    }

    /// What the crash handler left on the page: the lane, if it was one's thread, and the backtrace.
    func crash() -> (lane: Int?, text: String)? {
        guard dirty_page_crash_signal(page) != 0 else { return nil }
        var count = 0
        let bytes = dirty_page_crash_text(page, &count)
        let text = bytes.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: count), as: UTF8.self) }
        let lane = dirty_page_crash_lane(page)
        return (lane < 0 ? nil : Int(lane), Backtrace.readable(text ?? ""))
    }

    /// The last that the worker printed.
    var outputTail: String {
        output.tailText
    }

    /// Handles a message on the control link.
    func received(_ message: JSONValue) {
        switch message["type"]?.stringValue {
        case "hello":
            guard message["protocol"]?.intValue == DirtyVersion.linkProtocol else {
                let theirs = message["version"]?.stringValue ?? "an unknown version"
                loop.workerFailed(
                    order.id,
                    app: nil,
                    message: "\(order.executable) is of \(theirs), not \(DirtyVersion.current): install both together"
                )
                return
            }
            control?.send(loadMessage)
        case "ready":
            loadedApps = message["apps"]?.arrayValue ?? []
            if order.isGated, gate == nil {
                beginProbing()
            } else {
                loop.workerReady(order.id, hosting: hostedApps)
            }
        case "failed":
            let app = message["app"]?.stringValue.flatMap { name in order.apps.first { $0.name == name }?.id }
            loop.workerFailed(order.id, app: app, message: message["message"]?.stringValue ?? "no reason given")
        case "traced":
            guard let serial = message["serial"]?.intValue else { return }
            traces.removeValue(forKey: serial)?(Backtrace.readable(message["text"]?.stringValue ?? ""))
        default:
            controlBroke("a message of an unknown type")
        }
    }

    /// The worker broke the control protocol: it can't be trusted any more.
    func controlBroke(_ what: String) {
        logger.error("The worker sent nonsense on its control link", metadata: ["what": "\(what)"])
        kill()
    }

    /// Closes every link; the process has exited and what it left has been read.
    func release() {
        endProbing()
        for lane in lanes {
            lane.release()
        }
        control?.close()
        control = nil
        output.close()
    }

    // MARK: The process

    private func run(_ links: WorkerLinks) {
        let order = order
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let eventLoop = loop.eventLoop
        let (control, output) = (links.workerControl, links.workerOutput)
        // Unstructured, because the loop that orders workers isn't a task. It ends with the process, and the arbiter
        // doesn't end before every worker has been reported gone, but for those that don't die: nobody waits for them then.
        let started: @Sendable (pid_t) -> Void = { pid in
            eventLoop.post { bound.value.started(pid) }
        }
        let exited: @Sendable (WorkerExit) -> Void = { exit in
            eventLoop.post { bound.value.exited(exit) }
        }
        Task {
            exited(await WorkerSpawner.run(order, control: control, output: output, started: started))
        }
    }

    private func started(_ pid: pid_t) {
        self.pid = pid
        logger.debug("Worker process started", metadata: ["pid": "\(pid)", "cause": "\(order.cause.rawValue)"])
        loop.workerForked(order, pid: pid)
        if isKilled { kill() }
    }

    private func exited(_ exit: WorkerExit) {
        exitCode = exit
        if let pid {
            // Children that a plugin left in the group go with it. Its number can't have been given to another group
            // while such a child lives, and there is nobody to hit where none does.
            Glibc.kill(-pid, SIGKILL)
        }
        // The exit is what counts, never an end of file: a child may hold the sockets open. What was said before the
        // exit is in the kernel's buffers by now.
        control?.drain()
        drainLanes()
        output.drain()
        loop.workerExited(order.id, exit)
    }

    // MARK: Messages

    private static func setup(_ order: WorkerOrder) -> JSONValue {
        [
            "type": "setup",
            "protocol": .int(Int64(DirtyVersion.linkProtocol)),
            "version": .string(DirtyVersion.current),
            "worker_id": .int(Int64(order.id.rawValue)),
            "slot": .int(Int64(order.slot.rawValue)),
            "lanes": .int(Int64(order.laneCount)),
            "max_frame_bytes": .int(Int64(order.maxFrameBytes)),
            "busy_poll_ns": .int(Int64(clamping: order.busyPoll.wholeNanoseconds)),
        ]
    }

    private var loadMessage: JSONValue {
        let apps: [JSONValue] = order.apps.map { app in
            [
                "name": .string(app.name),
                "path": .string(app.path),
                "image": .string(app.image),
                "config": .string(app.config),
            ]
        }
        return ["type": "load", "apps": .array(apps)]
    }

    /// Its apps, as they said of themselves.
    var hostedApps: [HostedApp] {
        zip(order.apps, loadedApps).map(Self.hostedApp)
    }

    private static func hostedApp(_ app: WorkerApp, _ loaded: JSONValue) -> HostedApp {
        let flags = loaded["flags"]?.uintValue ?? 0
        return HostedApp(
            app: app.id,
            isConcurrent: flags & PluginFlags.concurrent != 0,
            isPinned: flags & PluginFlags.pinned != 0
        )
    }
}
