import ArbiterCore
import DirtyWire
import Glibc
import Logging

/// What the owner asks for on the control socket, and what it is answered with.
extension ClientHandler {
    /// Does what `message` asks for; refused on the clients' socket, before anything of it is built.
    func manage(id: RequestID, _ message: () -> JSONValue) {
        guard socket == .control else {
            let text = "manage is taken on the control socket only, control.sock in the runtime directory"
            return fail(id, ProtocolError(.notAllowed, text).reply)
        }
        do throws(ErrorReply) {
            try perform(ManageRequest(message()), id: id)
        } catch {
            fail(id, error)
        }
    }

    private func perform(_ request: ManageRequest, id: RequestID) throws(ErrorReply) {
        switch request {
        case .grow(let delta):
            loop.scale(to: loop.wantedWorkers + delta)
            respond(id, ["workers": JSONValue(loop.wantedWorkers)])
        case .scale(let count):
            loop.scale(to: count)
            respond(id, ["workers": JSONValue(loop.wantedWorkers)])
        case .reload(let apps):
            reload(apps, id: id)
        case .restart(let target):
            try restart(target, id: id)
        case .stop(let atOnce):
            loop.logger.notice("stopping, as the owner asks", metadata: ["at_once": "\(atOnce)"])
            respond(id, ["pid": .int(Int64(getpid()))])
            flush()
            loop.stop(graceful: !atOnce)
        case .listQuarantine:
            respond(id, loop.quarantined())
        case .clearQuarantine(let name):
            loop.clearQuarantine(of: try name.map { name throws(ErrorReply) in try app(name) })
            respond(id, loop.quarantined())
        }
    }

    private func app(_ name: String) throws(ErrorReply) -> AppID {
        guard let app = loop.catalogue.find(name)?.app else { throw loop.catalogue.notFound(name, action: nil) }
        return app
    }

    /// Reloads, telling each step in a chunk, and the result in the last one.
    private func reload(_ apps: [String]?, id: RequestID) {
        oweAnswer()
        let name = { [unowned loop] app in loop.name(app) }
        let observer = ReloadObserver(
            progressed: { [weak self] step in self?.chunk(id, step) },
            finished: { [weak self] result in
                if let error = result.error(name) {
                    self?.fail(id, error)
                } else {
                    self?.chunk(id, ["event": "finished", "result": result.json(name)])
                    self?.end(id)
                }
                self?.answered()
            }
        )
        loop.reloads.request(.apps(apps), observer: observer)
    }

    /// Replaces a worker, and answers when the new one serves.
    private func restart(_ target: ManageRequest.Target, id: RequestID) throws(ErrorReply) {
        let slot = try loop.slot(of: target)
        oweAnswer()
        loop.restart(slot) { [weak self] result in
            switch result {
            case .success(let worker): self?.respond(id, worker)
            case .failure(let error): self?.fail(id, error)
            }
            self?.answered()
        }
    }
}
