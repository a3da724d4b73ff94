import CDirtyLoad
import DirtyClient

/// Calls made again and again, as fast as they are answered: so many connections, so many calls in flight on each.
struct Load {
    /// Where the host's socket is.
    var socketPath: String
    /// What is called.
    var call: DirtyCall
    var connections = 1
    var depth = 1
    /// How many calls are measured; nil for as many as `duration` allows.
    var requests: Int?
    /// How long calls are sent; nil for as long as `requests` lasts.
    var duration: Duration?
    /// Calls before the measured ones.
    var warmup = 0

    /// The id that the generator puts in place of this one has as many digits.
    private static let placeholderID: UInt64 = 1_000_000_000

    /// Runs it on the calling thread; `progress` is told ten times a second how many answers there are, and ends it by false.
    ///
    /// - Throws: ``CommandFailure`` if a connection is lost or can't be made.
    func run(progress: @escaping (UInt64) -> Bool) throws(CommandFailure) -> LoadResult {
        let frame = self.frame
        let greeting = JSONFrame.encode(["type": "hello", "id": 0])
        let result = UnsafeMutablePointer<DirtyLoadResult>.allocate(capacity: 1)
        result.initialize(to: DirtyLoadResult())
        defer { result.deallocate() }
        let report = Progress(progress)
        var plan = DirtyLoadPlan()
        plan.form = DIRTY_LOAD_JSON
        plan.connections = UInt32(connections)
        plan.depth = UInt32(depth)
        plan.requests = UInt64(requests ?? 0)
        plan.duration_ns = duration.map { UInt64($0 / .nanoseconds(1)) } ?? 0
        plan.warmup = UInt64(warmup)
        plan.id_offset = Self.offsetOfID(in: frame)
        plan.progress = { context, answers in
            Unmanaged<Progress>.fromOpaque(context!).takeUnretainedValue().report(answers) ? 0 : 1
        }
        let code = withExtendedLifetime(report) {
            plan.context = Unmanaged.passUnretained(report).toOpaque()
            return socketPath.withCString { path in
                frame.withUnsafeBufferPointer { frame in
                    greeting.withUnsafeBufferPointer { greeting in
                        plan.socket_path = path
                        (plan.frame, plan.frame_bytes) = (frame.baseAddress, frame.count)
                        (plan.greeting, plan.greeting_bytes) = (greeting.baseAddress, greeting.count)
                        return dirty_load_run(&plan, result)
                    }
                }
            }
        }
        guard code == 0 else {
            let calls = result.pointee.answers + result.pointee.errors
            throw CommandFailure(.failure, "the load ended after \(calls) calls: \(LoadResult.text(of: result))")
        }
        return LoadResult(result)
    }

    /// One request with all that belongs to it.
    private var frame: [UInt8] {
        let text = JSONFrame.request(
            id: Self.placeholderID,
            appPath: call.app,
            action: call.action,
            args: call.arguments,
            kwargs: call.keywords,
            timeout: call.timeout.map { $0 / .seconds(1) },
            affinity: call.affinity,
            traceparent: nil,
            attachments: call.attachments.map { .inline($0.count) }
        )
        return text + call.attachments.joined()
    }

    private static func offsetOfID(in frame: [UInt8]) -> Int {
        let member = Array("\"id\":\(placeholderID)".utf8)
        // It precedes the arguments, where the same bytes could stand too.
        guard let range = frame.firstRange(of: member) else { preconditionFailure("a request without its id") }
        return range.upperBound - String(placeholderID).utf8.count
    }

    /// Carries the closure through C.
    private final class Progress {
        let report: (UInt64) -> Bool

        init(_ report: @escaping (UInt64) -> Bool) {
            self.report = report
        }
    }
}
