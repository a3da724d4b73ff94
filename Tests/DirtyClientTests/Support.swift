import DirtyClient
import TestSupport

/// A host in a folder of its own, as long as this is kept.
final class Scene: Sendable {
    let folder: TemporaryFolder
    let host: ScriptedHost

    init(script: @escaping @Sendable (ScriptedConnection) throws -> Void) throws {
        folder = try TemporaryFolder()
        host = try ScriptedHost(in: folder, script: script)
    }
}

extension ScriptedConnection {
    /// Answers a message as its id asks, with `body`: members after `type` and `id`.
    func answer(_ message: JSONValue, _ type: String = "response", _ body: String) throws {
        try send("{\"type\":\"\(type)\",\"id\":\(message["id"] ?? .null)\(body.isEmpty ? "" : ",")\(body)}")
    }

    /// Answers a message with an error.
    func fail(_ message: JSONValue, _ type: String, executed: String, details: String = "") throws {
        try answer(
            message,
            "error",
            "\"error\":{\"error_type\":\"\(type)\",\"message\":\"because\",\"details\":{\"error_type\":\"\(type)\","
                + "\"executed\":\"\(executed)\"\(details)}}"
        )
    }

    /// Answers the hello that a shared connection begins with.
    func greet(maxFrameBytes: Int = 1 << 26, maxCalls: Int = 1024) throws {
        let limits = "{\"max_frame_bytes\":\(maxFrameBytes),\"max_calls_per_connection\":\(maxCalls)}"
        try answer(message(), "response", "\"result\":{\"limits\":\(limits)}")
    }
}

/// The error that `body` must throw.
func callError(_ body: () async throws(DirtyCallError) -> Void) async throws -> DirtyCallError {
    do throws(DirtyCallError) {
        try await body()
    } catch {
        return error
    }
    throw TestFailure("no error was thrown")
}

/// The error that `body` must throw, without awaiting.
func blockingCallError(_ body: () throws(DirtyCallError) -> Void) throws -> DirtyCallError {
    do throws(DirtyCallError) {
        try body()
    } catch {
        return error
    }
    throw TestFailure("no error was thrown")
}
