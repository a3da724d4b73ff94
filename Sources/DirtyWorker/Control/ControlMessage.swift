import CDirtyApp
import DirtyWire

/// What the arbiter says over the control link.
enum ControlMessage {
    /// Who the worker is, and how it is to be set up.
    ///
    /// Comes first; its descriptors are the page and the lanes.
    case setup(Setup)
    /// Load these apps, and say `ready` or `failed`.
    case load([AppSpec])
    /// Tell the plugin that a call isn't wanted; the page says so already.
    case cancel(lane: Int, call: UInt64, why: Int32)
    /// Say where a lane's thread is.
    case trace(lane: Int, serial: JSONValue)
    /// The lanes are about to be closed: end in good order.
    case bye

    /// What `setup` says.
    struct Setup {
        var protocolRevision: Int
        var version: String
        var worker: WorkerNumber
        var lanes: Int
        var maxFrameBytes: Int
        var busyPollNanoseconds: UInt64
    }

    /// The message that `value` is.
    init(_ value: JSONValue) throws(LinkFault) {
        switch value["type"]?.stringValue {
        case "setup":
            self = .setup(
                Setup(
                    protocolRevision: try Self.integer("protocol", in: value),
                    version: try Self.string("version", in: value),
                    worker: WorkerNumber(
                        id: try Self.integer("worker_id", in: value),
                        slot: try Self.integer("slot", in: value)
                    ),
                    lanes: try Self.integer("lanes", in: value),
                    maxFrameBytes: try Self.integer("max_frame_bytes", in: value),
                    busyPollNanoseconds: UInt64(clamping: try Self.integer("busy_poll_ns", in: value))
                )
            )
        case "load":
            guard let apps = value["apps"]?.arrayValue else { throw Self.wrong("apps", in: value) }
            var specs: [AppSpec] = []
            for app in apps {
                specs.append(
                    AppSpec(
                        name: try Self.string("name", in: app),
                        path: try Self.string("path", in: app),
                        image: try Self.string("image", in: app),
                        config: app["config"]?.stringValue ?? "null"
                    )
                )
            }
            self = .load(specs)
        case "cancel":
            guard let call = UInt64(try Self.string("call", in: value)) else { throw Self.wrong("call", in: value) }
            let why = try Self.integer("why", in: value)
            self = .cancel(
                lane: try Self.integer("lane", in: value),
                call: call,
                why: why == Int(DIRTY_E_DEADLINE) ? DIRTY_E_DEADLINE : DIRTY_E_CANCELLED
            )
        case "trace":
            self = .trace(lane: try Self.integer("lane", in: value), serial: value["serial"] ?? .null)
        case "bye":
            self = .bye
        case let type:
            throw LinkFault("unknown control message \(type ?? "without a type")")
        }
    }

    private static func integer(_ name: String, in value: JSONValue) throws(LinkFault) -> Int {
        guard let integer = value[name]?.intValue else { throw wrong(name, in: value) }
        return integer
    }

    private static func string(_ name: String, in value: JSONValue) throws(LinkFault) -> String {
        guard let string = value[name]?.stringValue else { throw wrong(name, in: value) }
        return string
    }

    private static func wrong(_ name: String, in value: JSONValue) -> LinkFault {
        LinkFault("control message \(value) has no proper \"\(name)\"")
    }
}
