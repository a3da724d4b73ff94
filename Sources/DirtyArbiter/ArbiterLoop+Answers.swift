import ArbiterCore
import DirtyWire
import Glibc

extension ArbiterLoop {
    /// What `hello` answers; `sharedMemory` says whether the client may share memory, nil if it didn't ask.
    func greeting(_ sharedMemory: JSONValue?) -> JSONValue {
        var features: [JSONValue] = ["attachments", "cancel", "affinity", "describe", "status", "ping", "gd"]
        if sharedMemory?["granted"] == true { features.append("shared_memory") }
        var greeting: JSONObject = [
            "server": "dirty-host",
            "version": .string(DirtyVersion.current),
            "protocol": .int(Int64(DirtyVersion.clientProtocol)),
            "limits": [
                "max_frame_bytes": .int(Int64(configuration.maxFrameBytes)),
                "max_calls_per_connection": .int(Int64(configuration.callsPerConnection)),
                "max_attachment_bytes": .int(Int64(FrameLimits(configuration).attachmentBytes)),
                "max_attachments": .int(Int64(FrameLimits.maxAttachmentCount)),
                "max_depth": 512,
            ],
            "features": .array(features),
        ]
        greeting["shared_memory"] = sharedMemory
        return .object(greeting)
    }
}
