import ArbiterCore
import DirtyWire

/// What the arbiter answers by itself, whatever form the question came in.
extension ClientHandler {
    /// Lists the apps, or the one that `appPath` names.
    func describe(_ appPath: String?, id: RequestID) {
        guard let appPath else { return respond(id, loop.catalogue.descriptions()) }
        guard let (app, _) = loop.catalogue.find(appPath) else {
            return fail(id, loop.catalogue.notFound(appPath, action: nil))
        }
        respond(id, loop.catalogue.descriptions(of: [app]))
    }

    /// Refuses `manage` on the clients' socket, before anything of the message is built.
    func checkMayManage() throws(ErrorReply) {
        guard socket != .control else { return }
        let text = "manage is taken on the control socket only, control.sock in the runtime directory"
        throw ProtocolError(.notAllowed, text).reply
    }
}
