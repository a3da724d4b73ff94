extension AppContext {
    /// What the host says of itself in its extension "dirty.identity/1": a NUL-terminated JSON object.
    private struct Identity: Decodable {
        var app: String?
        var worker_id: Int?
        var slot: Int?
        var lanes: Int?
    }

    /// The context for an app made by this host.
    /// - Parameter fallbackName: The app's name if the host doesn't say it.
    init(host: Host, fallbackName: String, configuration: [UInt8]) throws {
        var identity = Identity()
        if let text = host.extension("dirty.identity/1") {
            let bytes = Array(String(cString: text.assumingMemoryBound(to: CChar.self)).utf8)
            identity = try bytes.withUnsafeBytes { bytes in
                var cursor = JSONCursor(bytes)
                return try ValueDecoder.read(Identity.self, from: &cursor)
            }
        }
        self.init(
            name: identity.app ?? fallbackName,
            worker: WorkerIdentity(
                id: identity.worker_id ?? 0,
                slot: identity.slot ?? 0,
                lanes: max(1, identity.lanes ?? 1)
            ),
            logger: AppLogger(host: host),
            configuration: configuration
        )
    }
}
