import ArbiterCore
import DirtyWire
import NIOCore

extension ClientHandler {
    /// Does what a JSON message asks for.
    func handle(_ message: JSONMessage) {
        let problem = message.text.withUnsafeReadableBytes { message.head.problem(in: $0) }
        guard let id = message.id, let kind = message.head.kind, problem == nil else {
            let error = problem ?? ProtocolError(.missingMember, "the message has no id")
            return refuse(error, id: message.id ?? .json(.null))
        }
        switch kind {
        case .request:
            handleRequest(message, id: id)
        case .cancel:
            cancel(id)
        case .hello:
            saidHello = true
            let asks = message.text.withUnsafeReadableBytes { message.head.asksForSharedMemory(in: $0) }
            respond(id, loop.greeting(asks ? sharedMemory.request() : nil))
        case .ping:
            respond(id, "pong")
        case .describe:
            describe(message.appPath, id: id)
        case .status:
            respond(id, loop.status())
        case .manage:
            manage(id: id) {
                message.text.withUnsafeReadableBytes { try? JSONValue(parsing: $0) } ?? .null
            }
        case .stash:
            refuse(ProtocolError(.notAllowed, "this host keeps no stash"), id: id)
        }
    }

    private func handleRequest(_ message: JSONMessage, id: RequestID) {
        guard let pathSpan = message.head.appPath, let actionSpan = message.head.action else { return }
        guard let name = message.withBytes(of: pathSpan, { loop.generations.current.find($0) }) else {
            let text = message.string(pathSpan)
            return fail(id, loop.catalogue.notFound(text, action: message.string(actionSpan)))
        }
        let timeout: Duration?
        let memory: LaneSharedMemory?
        do throws(ProtocolError) {
            memory = try message.sharedMemory(of: sharedMemory.process, maxBytes: loop.configuration.memoryBudgetBytes)
            if let problem = sharedMemory.problem(sharing: memory) { throw problem }
            timeout = try message.text.withUnsafeReadableBytes { bytes throws(ProtocolError) in
                try message.head.timeout(in: bytes)
            }
        } catch {
            return refuse(error, id: id)
        }
        var flags: LaneRequestFlags = []
        if message.attachmentPlaces != nil || memory?.area != nil { flags.insert(.attachmentsInReplies) }
        let pending = PendingCall(
            client: self,
            requestID: id,
            name: name,
            form: .json,
            flags: flags,
            texts: CallTexts(
                action: message.bytes(of: actionSpan),
                args: message.head.args.map(message.slice) ?? ByteBuffer(),
                kwargs: message.head.kwargs.map(message.slice) ?? ByteBuffer()
            ),
            attachmentSizes: message.attachmentPlaces?.map(\.size) ?? [],
            attachments: message.attachments,
            sharedMemory: memory
        )
        call(
            pending,
            bytes: message.text.readableBytes + (message.attachments?.readableBytes ?? 0),
            timeout: timeout,
            affinity: message.head.affinity.map { message.withBytes(of: $0, AffinityKey.hash) }
        )
    }
}
