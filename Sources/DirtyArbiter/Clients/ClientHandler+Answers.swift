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
}
