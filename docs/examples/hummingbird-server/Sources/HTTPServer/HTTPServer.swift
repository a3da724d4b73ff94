// An HTTP server whose routes call plugins of a Dirty Host.
//
// HTTPServer.swift      where it serves, and with which client
// Routes.swift          the routes, and the calls they make
// DirtyErrors.swift     what a call's error is as an HTTP response

import DirtyClient
import Hummingbird
import Logging

/// Serves at 127.0.0.1 and `$PORT` (8080), or at the Unix socket `$HTTP_SOCKET`; the host is where `$DIRTY_SOCKET` says, or
/// where one is by default.
@main
enum HTTPServer {
    static func main() async throws {
        let environment = Environment()
        // One client for the whole process: requests share its connection, and it outlives restarts of the host.
        let client = DirtyClient(retry: .patient)
        let application = Application(
            router: Routes(client: client).router,
            configuration: ApplicationConfiguration(
                address: environment.get("HTTP_SOCKET").map { .unixDomainSocket(path: $0) }
                    ?? .hostname("127.0.0.1", port: environment.get("PORT", as: Int.self) ?? 8080),
                serverName: "dirty-host-example"
            ),
            logger: Logger(label: "http")
        )
        try await application.runService()
        await client.close()
    }
}
