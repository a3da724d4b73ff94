import CDirtyLink
import DirtyWire
import Foundation
import Glibc

/// An arbiter of one worker: spawns the built `dirty-worker` and speaks its links.
///
/// Whatever it waits for, it gives up after 20 s.
final class TestArbiter {
    /// What the worker prints.
    let output: OutputCollector
    /// The shared page.
    let page: OpaquePointer

    /// The ends of the lanes; -1 when closed.
    var lanes: [Int32]
    /// Counts calls.
    var sequence: UInt64 = 0

    private let worker: ChildProcess
    private var control: Int32

    private static let patience = timeval(tv_sec: 20, tv_usec: 0)

    /// Starts a worker, sends setup and takes its hello.
    init(lanes count: Int = 1, maxFrameBytes: Int = 64 << 20, environment: [String: String] = [:]) throws {
        let (control, workerControl) = try Self.socketPair()
        var pairs: [(Int32, Int32)] = []
        for _ in 0..<count { pairs.append(try Self.socketPair()) }
        let pageDescriptor = dirty_page_create(UInt32(count))
        page = dirty_page_map(pageDescriptor)
        self.control = control
        lanes = pairs.map(\.0)
        var pipeEnds: [Int32] = [0, 0]
        guard dirty_pipe(&pipeEnds) == 0 else { throw HarnessError("no pipe") }
        output = OutputCollector(reading: pipeEnds[0])
        let setup: JSONValue = [
            "type": "setup", "protocol": JSONValue(DirtyVersion.linkProtocol), "version": .string(DirtyVersion.current),
            "worker_id": 1, "slot": 0, "lanes": JSONValue(count), "max_frame_bytes": JSONValue(maxFrameBytes),
            "busy_poll_ns": 20_000,
        ]
        let frame = Self.frame(setup)
        let descriptors = [pageDescriptor] + pairs.map(\.1)
        guard dirty_send_with_fds(control, frame, frame.count, descriptors, Int32(descriptors.count)) == frame.count
        else {
            throw HarnessError("setup could not be sent")
        }
        worker = try ChildProcess(
            [WorkerExecutable.path],
            environment: environment,
            descriptors: [workerControl, pipeEnds[1], pipeEnds[1]]
        )
        for descriptor in descriptors + [workerControl, pipeEnds[1]] { close(descriptor) }
        let hello = try receive()
        guard hello["type"] == "hello", hello["pid"]?.intValue == Int(pid) else {
            throw HarnessError("the worker said \(hello) instead of hello")
        }
    }

    deinit {
        worker.killGroup()
        for descriptor in lanes + [control] where descriptor >= 0 { close(descriptor) }
        dirty_page_unmap(page)
    }

    /// The worker's process.
    var pid: pid_t { worker.pid }

    /// Waits for the worker's end.
    func exitStatus() throws -> ExitStatus {
        try worker.exitStatus()
    }

    // MARK: - Control link

    /// Has the worker load `apps`, each a name, a file, and a configuration.
    ///
    /// Returns what it answers.
    @discardableResult
    func load(_ apps: [(name: String, file: String, config: String)]) throws -> JSONValue {
        startLoading(apps)
        return try receive()
    }

    /// Has the worker load `apps`, and doesn't wait for what it says.
    func startLoading(_ apps: [(name: String, file: String, config: String)]) {
        send([
            "type": "load",
            "apps": .array(
                apps.map { app in
                    [
                        "name": .string(app.name), "path": .string("/orig/\(app.name).so"), "image": .string(app.file),
                        "config": .string(app.config),
                    ]
                }
            ),
        ])
    }

    /// Has the worker load one app, and doesn't wait for what it says.
    func startLoading(_ file: String, config: String) {
        send([
            "type": "load",
            "apps": [["name": "app", "path": "/orig/app.so", "image": .string(file), "config": .string(config)]],
        ])
    }

    /// Has the worker load one app and expects that it can.
    func loadReady(_ file: String, config: String = "null") throws {
        let answer = try load([("app", file, config)])
        guard answer["type"] == "ready" else { throw HarnessError("the worker said \(answer) instead of ready") }
    }

    /// Says something.
    func send(_ message: JSONValue) {
        let frame = Self.frame(message)
        _ = dirty_send_with_fds(control, frame, frame.count, nil, 0)
    }

    /// What the worker says next.
    func receive() throws -> JSONValue {
        let length = try Self.read(4, from: control).reduce(0) { $0 << 8 | Int($1) }
        return try JSONValue(parsing: try Self.read(length, from: control))
    }

    /// Stores that a call isn't wanted, and tells the worker.
    func cancel(_ call: UInt64, deadline: Bool = false) {
        let lane = UInt32(call & 0xFF)
        dirty_page_set_cancelled(
            page,
            lane,
            call,
            deadline ? UInt32(DIRTY_PAGE_WHY_DEADLINE) : UInt32(DIRTY_PAGE_WHY_CANCELLED)
        )
        send(["type": "cancel", "lane": .int(Int64(lane)), "call": .string("\(call)"), "why": deadline ? -7 : -6])
    }

    /// The call that a lane has begun last.
    func begun(lane: Int) -> UInt64 {
        dirty_page_begun(page, UInt32(lane))
    }

    /// The place, from 1, of the app that is being loaded or opened; 0 for none.
    var opening: Int { Int(dirty_page_opening(page)) }

    /// What the crash handler wrote: signal, lane, call and text.
    var crash: (signal: Int32, lane: Int32, call: UInt64, text: String) {
        var length = 0
        let text = dirty_page_crash_text(page, &length)
        let bytes = UnsafeRawBufferPointer(start: text, count: length)
        return (
            dirty_page_crash_signal(page), dirty_page_crash_lane(page), dirty_page_crash_call(page),
            String(decoding: bytes, as: UTF8.self)
        )
    }

    /// Where a lane's thread is.
    func trace(lane: Int) throws -> String {
        send(["type": "trace", "lane": JSONValue(lane), "serial": 9])
        let answer = try receive()
        guard answer["type"] == "traced", answer["serial"] == 9, let text = answer["text"]?.stringValue else {
            throw HarnessError("the worker said \(answer) instead of traced")
        }
        return text
    }

    /// Ends the worker in good order.
    func sayBye() {
        send(["type": "bye"])
        for lane in lanes.indices { closeLane(lane) }
    }

    /// Is gone, as far as the worker can tell.
    func closeControl() {
        close(control)
        control = -1
    }

    // MARK: - Bytes

    private static func socketPair() throws -> (Int32, Int32) {
        var ends: [Int32] = [0, 0]
        guard dirty_socketpair(&ends) == 0 else { throw HarnessError("no socket pair") }
        var patience = Self.patience
        setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        return (ends[0], ends[1])
    }

    /// A message as it travels.
    private static func frame(_ message: JSONValue) -> [UInt8] {
        let body = message.serialized()
        return withUnsafeBytes(of: UInt32(body.count).bigEndian) { Array($0) } + body
    }

    /// Reads so many bytes.
    static func read(_ count: Int, from socket: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            var piece = [UInt8](repeating: 0, count: min(count - bytes.count, 1 << 20))
            let received = recv(socket, &piece, piece.count, 0)
            if received < 0, errno == EINTR { continue }
            guard received > 0 else {
                throw HarnessError(
                    received == 0 ? "the worker has closed the link" : "the worker says nothing: \(errno)"
                )
            }
            bytes.append(contentsOf: piece[..<received])
        }
        return bytes
    }
}
