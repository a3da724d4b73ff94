/// What an app is given when it is made: its name, its worker, its logger and its configuration.
public struct AppContext: Sendable {
    /// The name the operator loaded the app under.
    public let name: String
    /// The worker the app lives in.
    public let worker: WorkerIdentity
    /// Logs under the app's name; keep it, and use it from any thread.
    public let logger: AppLogger
    /// The configuration, JSON.
    private let text: [UInt8]

    /// - Parameter configuration: JSON; empty or `null` where the operator gave none.
    init(name: String, worker: WorkerIdentity, logger: AppLogger, configuration: [UInt8]) {
        self.name = name
        self.worker = worker
        self.logger = logger
        let isAbsent = configuration.isEmpty || configuration == Array("null".utf8)
        text = isAbsent ? Array("{}".utf8) : configuration
    }

    /// The app's `config` from `dirty.yaml`, decoded; without one, the type is decoded from an empty object.
    ///
    /// ```swift
    /// struct Configuration: Decodable { var model: String; var threads: Int? }
    /// let configuration = try context.configuration(as: Configuration.self)
    /// ```
    ///
    /// - Throws: ``AppError`` that names the app, the member, what was expected and what is there.
    public func configuration<Configuration: Decodable>(
        as type: Configuration.Type = Configuration.self
    ) throws -> Configuration {
        try text.withUnsafeBytes { bytes in
            var cursor = JSONCursor(bytes)
            do {
                let value = try ValueReader(type).read(&cursor)
                try cursor.finish()
                return value
            } catch let mismatch as ValueMismatch {
                throw AppError(.invalid, "the config of app \"\(name)\" \(mismatch.message)")
            } catch let fault as JSONFault {
                throw AppError(.invalid, "the config of app \"\(name)\" is \(fault.message)")
            }
        }
    }
}
