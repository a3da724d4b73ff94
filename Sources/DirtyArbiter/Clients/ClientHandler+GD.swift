import ArbiterCore
import DirtyWire
import NIOCore

extension ClientHandler {
    /// Does what a GD message asks for.
    func handle(_ message: GDMessage) {
        switch message.header.type {
        case .request:
            handleRequest(message)
        case .status:
            respond(message.id, loop.status())
        case .manage:
            manage(id: message.id) { Self.manageRequest(message) }
        case .stash:
            refuse(ProtocolError(.notAllowed, "this host keeps no stash"), id: message.id)
        case .response, .error, .chunk, .end:
            let text =
                "frames of type 0x\(String(message.header.type.rawValue, radix: 16)) go from the host to its clients"
            refuse(ProtocolError(.notAllowed, text), id: message.id)
        }
    }

    private func handleRequest(_ message: GDMessage) {
        guard let head = message.head else { return }
        if let problem = head.problem { return refuse(problem, id: message.id) }
        guard let pathRange = head.appPath, let actionRange = head.action else { return }
        let action = message.slice(actionRange)
        let name = message.payload.withUnsafeReadableBytes { bytes in
            loop.generations.current.find(UnsafeRawBufferPointer(rebasing: bytes[pathRange]))
        }
        guard let name else {
            let text = String(buffer: message.slice(pathRange))
            return fail(message.id, loop.catalogue.notFound(text, action: String(buffer: action)))
        }
        let timeout: Duration?
        do throws(ProtocolError) {
            timeout = try message.payload.withUnsafeReadableBytes { bytes throws(ProtocolError) in
                try head.timeout(in: bytes)
            }
        } catch {
            return refuse(error, id: message.id)
        }
        let pending = PendingCall(
            client: self,
            requestID: message.id,
            name: name,
            form: .gd,
            flags: .attachmentsInReplies,
            texts: CallTexts(
                action: action,
                args: head.args.map(message.slice) ?? ByteBuffer(),
                kwargs: head.kwargs.map(message.slice) ?? ByteBuffer()
            )
        )
        call(
            pending,
            bytes: message.payload.readableBytes,
            timeout: timeout,
            affinity: head.affinity.map { message.slice($0).withUnsafeReadableBytes(AffinityKey.hash) }
        )
    }

    /// Gunicorn names the operations by number.
    private static func manageRequest(_ message: GDMessage) -> JSONValue {
        let value = message.payload.withUnsafeReadableBytes { try? JSONValue(parsingTLV: $0) }
        guard var request = value?.objectValue else { return .null }
        switch request["op"]?.intValue {
        case 1: request["op"] = "add"
        case 2: request["op"] = "remove"
        default: break
        }
        return .object(request)
    }
}
