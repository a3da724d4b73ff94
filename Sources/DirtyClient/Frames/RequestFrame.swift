import DirtyWire

/// Makes the frames a client sends.
enum RequestFrame {
    /// The most that a frame may have, whatever a host is told: below 1 GiB.
    static let largestBytes = (1 << 30) - 1

    /// The frame of a call that `parcel` goes with; what is sent of that follows it on the wire as it is.
    ///
    /// Throws an error of kind ``DirtyCallError/Kind/arguments`` for a call longer than `limit`.
    static func request(
        _ call: DirtyCall,
        _ parcel: Parcel,
        id: UInt64,
        timeout: Duration?,
        limit: Int = largestBytes
    ) throws(DirtyCallError) -> [UInt8] {
        // Looked at before the frame is made, as its length must fit into 32 bits.
        try check(call.arguments.count + call.keywords.count, limit)
        let frame = JSONFrame.request(
            id: id,
            appPath: call.app,
            action: call.action,
            args: call.arguments,
            kwargs: call.keywords,
            timeout: timeout.map { max($0 / .seconds(1), 0.001) },
            affinity: call.affinity,
            traceparent: call.traceparent,
            attachments: call.acceptsAttachments || !parcel.places.isEmpty ? parcel.places : nil,
            answerArea: parcel.area?.memory
        )
        try check(frame.count - JSONFrame.headerBytes, limit)
        return frame
    }

    /// The frame of a message about the host, or about one of its apps, or of a cancel; a hello may ask for shared memory.
    static func message(
        _ kind: MessageKind,
        id: UInt64,
        app: String? = nil,
        asksForMemory: Bool = false
    ) -> [UInt8] {
        var members: JSONObject = ["type": .string(kind.rawValue), "id": JSONValue(id)]
        if let app { members["app_path"] = .string(app) }
        if asksForMemory { members["shared_memory"] = true }
        return JSONFrame.encode(.object(members))
    }

    private static func check(_ bytes: Int, _ limit: Int) throws(DirtyCallError) {
        guard bytes > limit else { return }
        throw DirtyCallError(
            .arguments,
            "the call's arguments have \(bytes) bytes, and a frame takes \(limit): pass bytes as attachments, or raise the "
                + "host's dirty_max_frame",
            executed: .no
        )
    }
}
