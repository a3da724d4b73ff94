import ArbiterCore
import DirtyWire
import Glibc

extension ArbiterLoop {
    /// What `hello` answers.
    func greeting() -> JSONValue {
        [
            "server": "dirty-host",
            "version": .string(DirtyVersion.current),
            "protocol": .int(Int64(DirtyVersion.clientProtocol)),
            "limits": [
                "max_frame_bytes": .int(Int64(configuration.maxFrameBytes)),
                "max_calls_per_connection": .int(Int64(configuration.callsPerConnection)),
                "max_attachment_bytes": .int(Int64(configuration.memoryBudgetBytes)),
                "max_attachments": .int(Int64(FrameLimits.maxAttachmentCount)),
                "max_depth": 512,
            ],
            "features": ["attachments", "cancel", "affinity", "describe", "status", "ping", "gd"],
        ]
    }

    /// Does what the owner asks for.
    func manage(_ request: JSONValue) throws(ErrorReply) -> JSONValue {
        let op = request["op"]?.stringValue ?? ""
        switch op {
        case "add", "remove":
            let count = request["count"]?.intValue ?? 1
            guard count > 0 else { throw Self.wrong("count", "a whole number above 0") }
            scale(to: wantedWorkers + (op == "add" ? count : -count))
        case "scale":
            guard let count = request["workers"]?.intValue, count >= 0 else {
                throw Self.wrong("workers", "a whole number, 0 or more")
            }
            scale(to: count)
        case "restart":
            let slot = request["slot"]?.intValue.map { SlotID($0) }
            guard let slot, core.snapshot(now: .now).workers.contains(where: { $0.slot == slot }) else {
                throw Self.wrong("slot", "the number of a slot, as status shows it")
            }
            restart(slot)
        default:
            throw Self.wrong("op", "one of add, remove, scale, restart")
        }
        return ["workers": .int(Int64(wantedWorkers))]
    }

    private static func wrong(_ member: String, _ expected: String) -> ErrorReply {
        ProtocolError(.wrongMember, "the member \"\(member)\" of a manage message must be \(expected)").reply
    }
}
