import CDirtyApp
import DirtyWire

/// The apps of this worker: loaded and opened in order, closed in reverse order, all on lane 0's thread.
struct WorkerApps: @unchecked Sendable {
    // Unchecked: written on lane 0's thread before any other thread gets it, and constant from then on.

    /// The apps, by their position in the load list.
    ///
    /// Never freed.
    let apps: UnsafeMutableBufferPointer<LoadedApp>

    /// Bytes that `open` may write of why it failed.
    private static let maxReasonBytes = 4096

    /// An app that failed, and those that were open by then, which are to be closed.
    struct Failure: Error {
        var spec: AppSpec
        var reason: LoadFailure
        var opened: ArraySlice<LoadedApp> = []
    }

    /// Loads and opens all of `specs`, noting in `progress` which it is at.
    init(
        opening specs: [AppSpec],
        worker: WorkerNumber,
        lanes: [Lane],
        progress: LoadProgress
    ) throws(Failure) {
        var loaded: [LoadedApp] = []
        for (index, spec) in specs.enumerated() {
            progress.began(index)
            do {
                let table = try PluginLoader.load(image: spec.image, path: spec.path)
                let host = HostTable.make(appName: spec.name, worker: worker, lanes: lanes)
                loaded.append(LoadedApp(name: spec.name, path: spec.path, table: table, host: host, instance: nil))
            } catch {
                throw Failure(spec: spec, reason: error)
            }
        }
        try Self.checkExclusive(specs, loaded)
        for index in loaded.indices {
            progress.began(index)
            do {
                loaded[index].instance = try Self.open(loaded[index], config: specs[index].config)
            } catch {
                throw Failure(spec: specs[index], reason: error, opened: loaded[..<index])
            }
        }
        progress.ended()
        apps = .allocate(capacity: loaded.count)
        _ = apps.initialize(from: loaded)
    }

    /// What the arbiter is told of the apps when they are open.
    var readyMessage: JSONValue {
        let list = apps.map { app -> JSONValue in
            [
                "name": .string(app.name),
                "plugin": .string(app.table.name),
                "version": .string(app.table.version),
                "abi_minor": .int(Int64(app.table.functions.abi_minor)),
                "flags": JSONValue(app.table.functions.flags),
                "manifest": app.table.manifest,
                "has_cancel": .bool(app.table.functions.cancel != nil),
            ]
        }
        return ["type": "ready", "apps": .array(list)]
    }

    /// Whether any app wants to be told of cancelled calls.
    var wantCancel: Bool { apps.contains { $0.table.functions.cancel != nil } }

    /// Closes `apps`.
    ///
    /// No call is running.
    static func close(_ apps: some BidirectionalCollection<LoadedApp>) {
        for app in apps.reversed() {
            app.table.functions.close?(app.instance)
        }
    }

    private static func checkExclusive(_ specs: [AppSpec], _ loaded: [LoadedApp]) throws(Failure) {
        guard loaded.count > 1, let index = loaded.firstIndex(where: \.table.isExclusive) else { return }
        let others = loaded.indices.filter { $0 != index }.map { loaded[$0].name }
        throw Failure(
            spec: specs[index],
            reason: LoadFailure(
                .exclusive,
                "\(specs[index].path): the plugin must be alone in its process, and app \(specs[index].name) would share it "
                    + "with \(others.joined(separator: ", ")); give it workers of its own with dirty_isolation: app"
            )
        )
    }

    private static func open(_ app: LoadedApp, config: String) throws(LoadFailure) -> UnsafeMutableRawPointer? {
        guard let open = app.table.functions.open else { return nil }
        var instance: UnsafeMutableRawPointer?
        var reason = [CChar](repeating: 0, count: maxReasonBytes)
        var text = config
        let status = text.withUTF8 { text in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
                for index in text.indices { copy[index] = CChar(bitPattern: text[index]) }
                copy[text.count] = 0
                return open(app.host, copy.baseAddress, text.count, &instance, &reason, maxReasonBytes)
            }
        }
        guard status != DIRTY_OK else { return instance }
        let said = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let explanation = said.isEmpty ? "\(AppError.name(of: status)), and gives no reason" : said
        throw LoadFailure(
            .openFailed,
            "\(app.path): app \(app.name) could not be opened; the plugin says: \(explanation)"
        )
    }
}
