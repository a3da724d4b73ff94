import CDirtyLink
import CDirtyWorker
import DirtyWire
import Glibc
import Synchronization

/// The control thread: sets the process up, and does what the arbiter says over the control link.
///
/// No plugin code runs on it.
final class WorkerProcess: Sendable {
    private let link: ControlLink
    private let number: WorkerNumber
    private let lanes: [Lane]
    private let progress: LoadProgress
    /// Set when apps want to be told of cancelled calls, before the arbiter hears that the worker is ready.
    private let cancelHooks = Mutex<CancelHooks?>(nil)
    private let farewell = Farewell()

    /// Bytes of a stuck thread's backtrace at most.
    private static let maxTraceBytes = 16 << 10

    private init(link: ControlLink, number: WorkerNumber, lanes: [Lane], progress: LoadProgress) {
        self.link = link
        self.number = number
        self.lanes = lanes
        self.progress = progress
    }

    /// Is a worker until it ends.
    ///
    /// Descriptor 0 is the control socket, and the setup message is queued on it.
    static func run() -> Never {
        let link = takeProcess()
        do {
            let worker = try setUp(link)
            try worker.serve()
        } catch {
            error.die()
        }
        // The arbiter is gone, and the watchdog about to kill the process.
        while true { pause() }
    }

    /// Arranges descriptors, signals and watchdog, before anything is believed to be in order.
    private static func takeProcess() -> ControlLink {
        var status = stat()
        guard fstat(0, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            DirtyWorker.fail(
                "dirty-worker is started by \"dirty serve\", which gives it a socket as standard input; by hand, use "
                    + "\"dirty inspect FILE\"",
                ExitCode.usage
            )
        }
        let control = dirty_process_take_streams()
        guard control >= 0 else {
            LinkFault("its descriptors can't be arranged: \(String(errorNumber: -control))").die()
        }
        dirty_process_take_signals()
        // Crashes are reported through the page. A Swift runtime that comes with a plugin must not take the signals first.
        setenv("SWIFT_BACKTRACE", "enable=no", 0)
        let watchdog = dirty_watchdog_start(control)
        guard watchdog == 0 else {
            LinkFault("its watchdog can't be started: \(String(errorNumber: -watchdog))").die()
        }
        return ControlLink(socket: control)
    }

    /// Receives the setup message, takes page and lanes, and says hello.
    private static func setUp(_ link: ControlLink) throws(LinkFault) -> WorkerProcess {
        guard let first = try link.receive(), case .setup(let setup) = try ControlMessage(first) else {
            throw LinkFault("the arbiter's first message is not setup")
        }
        guard setup.protocolRevision == DirtyVersion.linkProtocol, setup.version == DirtyVersion.current else {
            throw LinkFault(
                "the arbiter is version \(setup.version) (link \(setup.protocolRevision)) and this dirty-worker is "
                    + "\(DirtyVersion.current) (link \(DirtyVersion.linkProtocol)); install both from one build, or set "
                    + "DIRTY_WORKER_EXECUTABLE"
            )
        }
        let descriptors = link.takeDescriptors()
        guard setup.lanes > 0, descriptors.count == setup.lanes + 1 else {
            throw LinkFault("setup names \(setup.lanes) lanes and brings \(descriptors.count) descriptors")
        }
        guard let page = dirty_page_map(descriptors[0]), dirty_page_lanes(page) == UInt32(setup.lanes) else {
            throw LinkFault("the shared page can't be mapped: \(String(errorNumber: errno))")
        }
        close(descriptors[0])
        dirty_page_hide_from_children(page)
        dirty_thread_take_signal_stack()
        guard dirty_crash_install(page) == 0, dirty_stuck_install() == 0 else {
            throw LinkFault("its signal handlers can't be installed: \(String(errorNumber: errno))")
        }
        let lanes = descriptors.dropFirst().enumerated().map { index, descriptor in
            let socket = dirty_process_raise(descriptor)
            dirty_process_close_in_children(socket)
            return Lane(
                index: index,
                socket: socket,
                page: page,
                maxBodyBytes: setup.maxFrameBytes,
                busyPollNanoseconds: setup.busyPollNanoseconds
            )
        }
        link.send([
            "type": "hello",
            "protocol": JSONValue(DirtyVersion.linkProtocol),
            "version": .string(DirtyVersion.current),
            "pid": .int(Int64(getpid())),
        ])
        return WorkerProcess(link: link, number: setup.worker, lanes: lanes, progress: LoadProgress(page: page))
    }

    /// Does what the arbiter says, until it is gone.
    private func serve() throws(LinkFault) {
        var isLoaded = false
        while let message = try link.receive() {
            switch try ControlMessage(message) {
            case .setup:
                throw LinkFault("the arbiter sent setup twice")
            case .load(let specs):
                guard !isLoaded else { throw LinkFault("the arbiter sent load twice") }
                isLoaded = true
                _ = WorkerThread.start(lane: 0) { self.host(specs) }
            case .cancel(let lane, let call, let why):
                cancelHooks.withLock { $0 }?.cancel(lane: lane, call: call, why: why)
            case .trace(let lane, let serial):
                link.send(["type": "traced", "lane": JSONValue(lane), "serial": serial, "text": .string(trace(lane))])
            case .bye:
                // With apps, lane 0 ends the process once the lanes are closed.
                if !isLoaded { dirty_process_exit(ExitCode.done) }
                farewell.say()
            }
        }
    }

    /// Where lane `lane`'s thread is; empty if it doesn't say.
    private func trace(_ lane: Int) -> String {
        guard lanes.indices.contains(lane) else { return "" }
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.maxTraceBytes) { buffer, count in
            count = buffer.withMemoryRebound(to: CChar.self) { text in
                dirty_stuck_trace(UInt32(lane), text.baseAddress, text.count)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Lane 0's thread: opens the apps, has calls run until the lanes are closed, closes the apps, ends the process.
    private func host(_ specs: [AppSpec]) -> Never {
        let hosted: WorkerApps
        do {
            hosted = try WorkerApps(opening: specs, worker: number, lanes: lanes, progress: progress)
        } catch {
            link.send([
                "type": "failed",
                "app": .string(error.spec.name),
                "path": .string(error.spec.path),
                "cause": .string(error.reason.cause.rawValue),
                "message": .string(error.reason.message),
            ])
            WorkerApps.close(error.opened)
            dirty_process_exit(ExitCode.loadFailed)
        }
        let hooks = hosted.wantCancel ? CancelHooks(lanes: lanes) : nil
        cancelHooks.withLock { $0 = hooks }
        let others = lanes.dropFirst().map { lane in
            WorkerThread.start(lane: lane.index) { lane.run(apps: UnsafeBufferPointer(hosted.apps)) }
        }
        link.send(hosted.readyMessage)
        lanes[0].run(apps: UnsafeBufferPointer(hosted.apps))
        for thread in others { thread.join() }
        // Lanes that close without a bye are those of an arbiter that has died. The watchdog kills the process group then; an
        // exit of our own would come before it, and leave the plugins' children.
        farewell.wait()
        cancelHooks.withLock { $0 = nil }
        hooks?.stop()
        WorkerApps.close(hosted.apps)
        dirty_process_exit(ExitCode.done)
    }
}
