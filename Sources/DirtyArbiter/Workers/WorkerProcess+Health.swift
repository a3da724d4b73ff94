import ArbiterCore
import CDirtyLink
import DirtyWire
import NIOCore

/// A worker that is to take another's place is asked for its health before it is said to be ready.
extension WorkerProcess {
    /// Its apps are loaded: asks them.
    func beginProbing() {
        var gate = HealthGate(Self.questions(order))
        let step = gate.advance()
        self.gate = gate
        loop.probedWorkers += 1
        perform(step)
    }

    /// Whether its apps are being asked for their health, so that what lanes say is for nobody else.
    var isProbed: Bool { gate != nil }

    /// Handles a reply to a question for its apps' health.
    func probed(_ frame: LaneFrame) {
        guard var gate else { return }
        let step = gate.received(
            frame.header.kind,
            sequence: LaneCall.sequence(of: frame.header.call),
            isLaneBusy: frame.header.flags.contains(.laneStaysBusy),
            body: try? JSONValue(parsing: frame.body)
        )
        self.gate = gate
        perform(step)
    }

    private func perform(_ step: HealthGate.Step) {
        switch step {
        case .ask(let question, let sequence):
            lane(0).write(Self.request(question, sequence: sequence, deadline: order.readyBy))
        case .wait:
            break
        case .pass:
            endProbing()
            loop.workerReady(order.id, hosting: hostedApps)
        case .fail(let app, let reason):
            let path = order.apps.first { $0.id == app }?.path ?? "an app"
            loop.workerFailed(order.id, app: app, message: "\(path): \(reason)")
            // It has loaded its apps and would stay.
            kill()
        }
    }

    /// It has answered all, or is gone.
    func endProbing() {
        guard gate != nil else { return }
        gate = nil
        loop.probedWorkers -= 1
    }

    /// The app that it was loading, opening or asking for its health when it was last heard of; nil for none.
    var opening: AppID? {
        if let app = gate?.asking { return app }
        let place = Int(dirty_page_opening(page))
        return order.apps.indices.contains(place - 1) ? order.apps[place - 1].id : nil
    }

    /// The questions that its apps want to be asked.
    private static func questions(_ order: WorkerOrder) -> [HealthGate.Question] {
        order.apps.enumerated().compactMap { position, app in
            app.health.map { HealthGate.Question(app: app.id, position: position, action: $0) }
        }
    }

    /// The frame that asks a question on lane 0.
    private static func request(_ question: HealthGate.Question, sequence: UInt64, deadline: Instant) -> ByteBuffer {
        let action = ByteBuffer(string: question.action)
        let header = LaneRequestHeader(
            form: .json,
            call: LaneCall.wireID(sequence: sequence, lane: 0),
            deadline: deadline.nanoseconds,
            app: UInt32(question.position),
            actionBytes: UInt32(action.readableBytes),
            argsBytes: 0,
            kwargsBytes: 0
        )
        var buffer = ByteBuffer()
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: LaneRequestHeader.bytes) { space in
            header.encode(into: space)
            return LaneRequestHeader.bytes
        }
        buffer.writeImmutableBuffer(action)
        return buffer
    }
}
