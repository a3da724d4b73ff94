internal import CDirtyApp

/// An app of a worker, with its actions: what the C table's functions act on.
package final class AppInstance {
    private let app: any DirtyApp
    private let actions: [RegisteredAction]
    /// The app, if it may know actions that it doesn't list.
    private let dynamicApp: (any DynamicDirtyApp)?
    let host: Host
    /// The async actions that run.
    let running = RunningTasks()

    /// Makes the app.
    /// - Parameters:
    ///   - host: A `const DirtyHost *`; its table must stay valid until ``close()`` has returned.
    ///   - configuration: The app's `config` as JSON text; may be empty.
    package init<App: DirtyApp>(_: App.Type, host table: UnsafeRawPointer, configuration: [UInt8]) throws {
        host = Host(table.assumingMemoryBound(to: DirtyHost.self))
        guard host.major == DIRTY_ABI_MAJOR else {
            throw AppError(.unsupported, "this plugin speaks ABI major \(DIRTY_ABI_MAJOR), the host \(host.major)")
        }
        actions = App.actions.list
        app = try App(context: AppContext(host: host, fallbackName: App.name, configuration: configuration))
        dynamicApp = app as? any DynamicDirtyApp
    }

    /// Runs one call to its end.
    /// - Parameter request: A `const DirtyRequest *`.
    /// - Returns: What `handle` returns.
    package func handle(_ request: UnsafeRawPointer) -> Int32 {
        let request = request.assumingMemoryBound(to: DirtyRequest.self)
        var invocation = Invocation(request, of: self)
        defer { invocation.end() }
        do {
            let name = request.pointee.action.bytes
            if let index = actions.firstIndex(where: { name.says($0.nameBytes) }) {
                let action = Unmanaged.passUnretained(actions[index])
                let app = Unmanaged<AnyObject>.passUnretained(app)
                try action._withUnsafeGuaranteedRef { action in
                    try app._withUnsafeGuaranteedRef { try action.run($0, &invocation) }
                }
            } else if let dynamicApp {
                try dynamicApp.perform(DynamicCall(request, invocation.call))
            } else {
                throw unknownAction(String(decoding: name, as: UTF8.self))
            }
        } catch {
            fail(invocation.call, error)
        }
        // Errors too are told by finish: then there is nothing left for the status to say.
        return DIRTY_OK
    }

    /// The call's task, if it has one, is to stop.
    ///
    /// Any thread.
    package func cancel(_ call: UInt64) { running.cancel(call) }

    /// The last thing that happens to the app.
    package func close() { app.close() }

    /// The barrier: no Swift error leaves the plugin, whatever it is.
    private func fail(_ call: Call, _ thrown: any Error) {
        let error = AppError(any: thrown, call: call)
        var output = JSONOutput(inlinesBytes: true)
        do {
            try error.write(to: &output)
        } catch {
            // Details that JSON has no form for, such as a not-a-number.
            output = JSONOutput()
            output.append("{\"message\":")
            output.append(string: AppError(any: thrown).message)
            output.append("}")
        }
        _ = call.host.finish(call.id, status: error.status.rawValue, output)
    }

    private func unknownAction(_ name: String) -> AppError {
        DynamicSignature.unknownAction(name, of: type(of: app).name, among: actions.map(\.signature.name))
    }
}
