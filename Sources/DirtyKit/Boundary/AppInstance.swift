internal import CDirtyApp

/// An app of a worker, with its actions: what the C table's functions act on.
package final class AppInstance {
    private let app: any DirtyApp
    private let actions: [RegisteredAction]
    /// The app, if it may know actions that it doesn't list.
    private let dynamicApp: (any DynamicDirtyApp)?
    private let host: Host
    private let running = RunningTasks()

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
        let call = Call(host: host, id: request.pointee.id, deadlineNanoseconds: request.pointee.deadline_ns)
        defer { call.end() }
        do {
            let name = request.pointee.action.bytes
            if let action = find(name) {
                try action.run(app, Invocation(request, call: call, running: running))
            } else if let dynamicApp {
                try dynamicApp.perform(DynamicCall(request, call))
            } else {
                throw unknownAction(String(decoding: name, as: UTF8.self))
            }
        } catch {
            fail(call, error)
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

    private func find(_ name: UnsafeRawBufferPointer) -> RegisteredAction? {
        for action in actions where action.signature.nameBytes.count == name.count {
            let isSame = action.signature.nameBytes.withUnsafeBytes { $0.elementsEqual(name) }
            if isSame { return action }
        }
        return nil
    }

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
