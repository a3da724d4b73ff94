import CDirtyLink
import DirtyWire
import Glibc

/// The descriptors between the arbiter and one worker, made before the worker is.
///
/// The worker inherits only its control end, as fd 0; the rest waits for it on that socket.
struct WorkerLinks {
    /// Our end of the control socket.
    let control: Int32
    /// Our ends of the lanes.
    let lanes: [Int32]
    /// The page shared with the worker, mapped; freed by `dirty_page_unmap`.
    let page: OpaquePointer
    /// Our end of the pipe that the worker's stdout and stderr go to.
    let output: Int32
    /// The worker's end of the control socket; given away at the spawn.
    let workerControl: Int32
    /// The worker's end of its output pipe; given away at the spawn.
    let workerOutput: Int32

    /// Makes the links for a worker with `laneCount` lanes, and queues `setup` with the worker's ends.
    init(laneCount: Int, setup: JSONValue) throws(ArbiterError) {
        var opened = OpenedDescriptors()
        do throws(ArbiterError) {
            let controlPair = try opened.socketPair()
            let lanePairs = try Self.pairs(laneCount, &opened)
            let pageDescriptor = dirty_page_create(UInt32(laneCount))
            guard pageDescriptor >= 0 else { throw Self.error("make a shared page", -pageDescriptor) }
            opened.all.append(pageDescriptor)
            let pipe = try opened.pipe()
            guard let page = dirty_page_map(pageDescriptor) else { throw Self.error("map a shared page", errno) }

            let given = [pageDescriptor] + lanePairs.map { $0.worker }
            let message = JSONFrame.encode(setup)
            let sent = message.withUnsafeBytes { bytes in
                dirty_send_with_fds(controlPair.ours, bytes.baseAddress, bytes.count, given, Int32(given.count))
            }
            guard sent == message.count else {
                dirty_page_unmap(page)
                throw Self.error("hand a worker its links", sent < 0 ? Int32(-sent) : EIO)
            }
            // They are in flight: the kernel keeps them open for the worker.
            for descriptor in given {
                close(descriptor)
            }
            control = controlPair.ours
            lanes = lanePairs.map { $0.ours }
            self.page = page
            output = pipe.ours
            workerControl = controlPair.worker
            workerOutput = pipe.worker
        } catch {
            opened.closeAll()
            throw error
        }
    }

    private static func pairs(
        _ count: Int,
        _ opened: inout OpenedDescriptors
    ) throws(ArbiterError) -> [(ours: Int32, worker: Int32)] {
        var pairs: [(ours: Int32, worker: Int32)] = []
        for _ in 0..<count {
            pairs.append(try opened.socketPair())
        }
        return pairs
    }

    fileprivate static func error(_ what: String, _ number: Int32) -> ArbiterError {
        ArbiterError(.environment, "can't \(what): \(errorText(number))")
    }
}

/// What has been opened so far, to be closed if the rest fails.
private struct OpenedDescriptors {
    var all: [Int32] = []

    mutating func socketPair() throws(ArbiterError) -> (ours: Int32, worker: Int32) {
        var ends: [Int32] = [-1, -1]
        let result = dirty_socketpair(&ends)
        guard result == 0 else { throw WorkerLinks.error("make a socket pair", -result) }
        all += ends
        return (ends[0], ends[1])
    }

    mutating func pipe() throws(ArbiterError) -> (ours: Int32, worker: Int32) {
        var ends: [Int32] = [-1, -1]
        let result = dirty_pipe(&ends)
        guard result == 0 else { throw WorkerLinks.error("make a pipe", -result) }
        all += ends
        return (ends[0], ends[1])
    }

    func closeAll() {
        for descriptor in all {
            close(descriptor)
        }
    }
}
