import DirtyKit
import Glibc

/// The threads that calls run on: one each; a serial app's take turns, in the order in which they began.
///
/// `@unchecked`: the instance is `AppInstance`, which the ABI lets any thread call, one call at a time if it is serial;
/// the monitor sees to that.
final class Lanes: @unchecked Sendable {
    /// How many calls have begun and ended.
    ///
    /// A serial app's call runs when all that began before it have ended.
    private struct State {
        var begun = 0
        var ended = 0
        var isClosed = false
    }

    private let instance: AppInstance
    private let isSerial: Bool
    private let monitor = Monitor(State())

    init(_ instance: AppInstance, isSerial: Bool) {
        self.instance = instance
        self.isSerial = isSerial
    }

    /// Runs a call on a thread of its own.
    func run(_ call: CallState, _ request: TestRequest) {
        let turn = monitor.change { state in
            precondition(!state.isClosed, "a call after the TestHost was closed")
            defer { state.begun += 1 }
            return state.begun
        }
        Self.detach { [self] in
            if isSerial { monitor.wait { $0.ended == turn ? () : nil } }
            let status = request.withRequest(id: call.id, deadline: call.deadline) { instance.handle($0) }
            call.returned(status)
            monitor.change { $0.ended += 1 }
        }
    }

    /// Tells the app that a call is to stop.
    func cancel(_ id: UInt64) { instance.cancel(id) }

    /// Waits for the calls and closes the app, once.
    func close() {
        let isFirst = monitor.wait { state -> Bool? in
            if state.isClosed { return false }
            guard state.ended == state.begun else { return nil }
            state.isClosed = true
            return true
        }
        if isFirst { instance.close() }
    }

    private static func detach(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Thunk(body)).toOpaque()
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { context in
                Unmanaged<Thunk>.fromOpaque(context!).takeRetainedValue().body()
                return nil
            },
            context
        )
        precondition(result == 0, "no thread for a call: \(String(cString: strerror(result)))")
        pthread_detach(thread)
    }

    /// What a thread begins with.
    private final class Thunk: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
