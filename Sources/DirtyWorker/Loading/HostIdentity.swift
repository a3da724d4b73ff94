import DirtyWire

/// What a worker is called by its arbiter.
struct WorkerNumber: Sendable {
    /// The worker's id, never given to another process.
    var id: Int
    /// The slot it fills.
    var slot: Int
}

/// What a plugin can learn of where it runs: the extension `dirty.identity/1`.
///
/// `@unchecked`: the text is written once, in `init`, and never freed or changed.
struct HostIdentity: @unchecked Sendable {
    /// The extension's name.
    static let extensionName = "dirty.identity/1"

    /// A NUL-terminated JSON object that lives as long as the process.
    let text: UnsafeRawPointer

    /// The identity of the app called `app`.
    init(app: String, worker: WorkerNumber, lanes: Int) {
        let value: JSONValue = [
            "app": .string(app), "worker_id": JSONValue(worker.id), "slot": JSONValue(worker.slot),
            "lanes": JSONValue(lanes),
        ]
        let bytes = value.serialized() + [0]
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        memory.copyBytes(from: bytes)
        text = UnsafeRawPointer(memory.baseAddress!)
    }
}
