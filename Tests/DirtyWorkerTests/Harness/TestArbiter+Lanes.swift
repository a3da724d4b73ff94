import CDirtyLink
import DirtyWire
import Glibc

extension TestArbiter {
    /// Sends a call.
    ///
    /// Returns its id.
    @discardableResult
    func call(
        _ action: String,
        _ args: String = "",
        kwargs: String = "",
        lane: Int = 0,
        app: Int = 0,
        flags: LaneRequestFlags = [],
        deadline: UInt64 = 0,
        ticket: UInt16 = 0,
        run: UInt64 = 0,
        attachments: [[UInt8]] = [],
        shared: LaneSharedMemory? = nil
    ) throws -> UInt64 {
        try call(
            action,
            args: Array(args.utf8),
            kwargs: Array(kwargs.utf8),
            form: .json,
            lane: lane,
            app: app,
            flags: flags,
            deadline: deadline,
            ticket: ticket,
            run: run,
            attachments: attachments,
            shared: shared
        )
    }

    /// Sends a call with payloads in either form; the attachments that are `shared` have to be there too, and empty.
    ///
    /// Returns its id.
    @discardableResult
    func call(
        _ action: String,
        args: [UInt8],
        kwargs: [UInt8],
        form: PayloadForm,
        lane: Int = 0,
        app: Int = 0,
        flags: LaneRequestFlags = [],
        deadline: UInt64 = 0,
        ticket: UInt16 = 0,
        run: UInt64 = 0,
        attachments: [[UInt8]] = [],
        shared: LaneSharedMemory? = nil
    ) throws -> UInt64 {
        let id = nextCallID(lane: lane)
        let header = LaneRequestHeader(
            form: form,
            flags: flags,
            call: id,
            deadline: deadline,
            app: UInt32(app),
            attachmentCount: UInt32(attachments.count),
            actionBytes: UInt32(action.utf8.count),
            argsBytes: UInt32(args.count),
            kwargsBytes: UInt32(kwargs.count),
            sharedBytes: UInt32(shared?.bytes ?? 0),
            attachmentBytes: attachments.reduce(0) { $0 + UInt64($1.count) },
            ticket: ticket,
            run: run
        )
        var frame = [UInt8](repeating: 0, count: LaneRequestHeader.bytes)
        frame.withUnsafeMutableBytes { header.encode(into: $0) }
        for attachment in attachments {
            withUnsafeBytes(of: UInt64(attachment.count).littleEndian) { frame.append(contentsOf: $0) }
        }
        if let shared {
            var text = [UInt8](repeating: 0, count: shared.bytes)
            text.withUnsafeMutableBytes { shared.encode(into: $0) }
            frame += text
        }
        frame += Array(action.utf8) + args + kwargs
        for attachment in attachments { frame += attachment }
        var rest = frame[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(lanes[lane], $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { throw HarnessError("lane \(lane) takes no call") }
            rest = rest.dropFirst(sent)
        }
        sequence += 1
        return id
    }

    /// Hands a lane a call while it runs another.
    ///
    /// Returns its id.
    @discardableResult
    func hand(_ action: String, _ args: String = "", lane: Int = 0, run: UInt64 = 0) throws -> UInt64 {
        let ticket = dirty_page_hand(page, UInt32(lane), nextCallID(lane: lane))
        return try call(action, args, lane: lane, ticket: ticket, run: run)
    }

    /// Takes a call back; whether it hadn't begun.
    func revoke(_ call: UInt64) -> Bool {
        dirty_page_revoke(page, UInt32(call & 0xFF), call) == 1
    }

    /// Sends bytes that may be anything.
    func sendRaw(_ bytes: [UInt8], lane: Int) {
        _ = Glibc.send(lanes[lane], bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Ends a lane, and goes on to listen on it.
    func endLane(_ lane: Int) {
        shutdown(lanes[lane], Int32(SHUT_WR))
    }

    /// The id that the next call on `lane` will have.
    func nextCallID(lane: Int = 0) -> UInt64 {
        (sequence + 1) << 8 | UInt64(lane)
    }

    /// The next frame on a lane.
    func reply(lane: Int = 0) throws -> LaneReply {
        let head = try Self.read(LaneReplyHeader.bytes, from: lanes[lane])
        guard let header = head.withUnsafeBytes({ LaneReplyHeader(decoding: $0) }) else {
            throw HarnessError("lane \(lane) brings \(head), which is no header of a reply")
        }
        func numbers() throws -> [UInt64] {
            try (0..<header.attachmentCount).map { _ in
                try Self.read(8, from: lanes[lane]).reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
        }
        let sizes = try numbers()
        let offsets = header.flags.contains(.usesArea) ? try numbers() : sizes.map { _ in LaneReplyHeader.inlineOffset }
        let body = try Self.read(Int(header.bodyBytes), from: lanes[lane])
        var inlineBytes: UInt64 = 0
        var attachments: [[UInt8]] = []
        for (size, offset) in zip(sizes, offsets) {
            let isInline = offset == LaneReplyHeader.inlineOffset
            attachments.append(isInline ? try Self.read(Int(size), from: lanes[lane]) : [])
            if isInline { inlineBytes += size }
        }
        guard inlineBytes == header.attachmentBytes else {
            throw HarnessError("a reply's attachments have \(sizes), and not \(header.attachmentBytes) bytes together")
        }
        let places = zip(sizes, offsets).map { size, offset -> AttachmentPlace in
            offset == LaneReplyHeader.inlineOffset ? .inline(Int(size)) : .area(offset: Int(offset), size: Int(size))
        }
        return LaneReply(header: header, body: body, places: places, attachments: attachments)
    }

    /// The result of a call, which must be a response that leaves the lane free.
    func result(_ action: String, _ args: String = "", lane: Int = 0) throws -> JSONValue {
        let id = try call(action, args, lane: lane)
        let reply = try reply(lane: lane)
        guard reply.header.kind == .response, reply.header.flags == [], reply.header.call == id else {
            throw HarnessError("\(action) is answered by \(reply.header) \(reply.text)")
        }
        return try reply.json
    }

    /// The error that a call ends with.
    func failure(_ action: String, _ args: String = "", flags: LaneRequestFlags = []) throws -> ErrorReply {
        try call(action, args, flags: flags)
        return try error(try reply())
    }

    /// The error that `reply` must be.
    func error(_ reply: LaneReply) throws -> ErrorReply {
        guard reply.header.kind == .error, let error = ErrorReply(json: try reply.json) else {
            throw HarnessError("\(reply.header) \(reply.text) is no error")
        }
        return error
    }

    /// Waits until the worker has closed a lane, and every copy of its end with it.
    func waitForEnd(ofLane lane: Int) throws {
        var byte: UInt8 = 0
        guard recv(lanes[lane], &byte, 1, 0) == 0 else { throw HarnessError("lane \(lane) isn't at its end") }
    }

    /// Closes the arbiter's end of a lane.
    func closeLane(_ lane: Int) {
        close(lanes[lane])
        lanes[lane] = -1
    }
}
