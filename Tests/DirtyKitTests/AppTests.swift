import DirtyKit
import DirtyKitTesting
import Testing

@Suite("Apps")
struct AppTests {
    @Test("the context tells name, worker and configuration")
    func context() async throws {
        let host = try TestHost(Configured.self, name: "shop", configuration: ["size": 3, "title": "x"])
        #expect(try await host.call("name") == "shop")
        #expect(try await host.call("worker") == [1, 0, 1])
        #expect(try await host.call("size") == 3)
        #expect(try await host.call("title") == "x")
    }

    @Test("an app of no other name has its own")
    func ownName() async throws {
        #expect(try await TestHost(Configured.self, configuration: ["size": 1]).call("name") == "Configured")
    }

    @Test(
        "a wrong configuration keeps the app from starting, and names the member",
        arguments: [
            (JSON.null, "should be an object with a member \"size\", got one without it"),
            (["size": "3"], "at .size should be an integer, got the string \"3\""),
            (["size": 300], "at .size should be an integer from -128 to 127, got the number 300"),
            ([1], "should be an object, got an array"),
        ] as [(JSON, String)]
    )
    func wrongConfiguration(_ configuration: JSON, _ message: String) throws {
        let error = try #require(throws: AppError.self) { try TestHost(Configured.self, configuration: configuration) }
        #expect(error.message == "the config of app \"Configured\" \(message)")
        #expect(error.status == .invalid)
    }

    @Test("the logger passes on level, message and metadata")
    func logging() async throws {
        let host = try TestHost(Configured.self, configuration: ["size": 1])
        #expect(host.log == [TestLogLine(level: .info, message: "made app=a size=1")])
        try await host.call("quiet")
        #expect(host.log.dropFirst() == [TestLogLine(level: .error, message: "loud")])
    }

    @Test("close is called once, after the last call")
    func close() async throws {
        let host = try TestHost(Configured.self, configuration: ["size": 1])
        try await host.call("name")
        host.close()
        host.close()
        #expect(host.log.map(\.message) == ["made app=a size=1", "closed"])
    }
}

/// An app that looks at what it is given.
private final class Configured: DirtyApp {
    struct Configuration: Decodable {
        var size: Int8
        var title: String?
    }

    private let context: AppContext
    private let configuration: Configuration
    private let logger: AppLogger

    init(context: AppContext) throws {
        self.context = context
        configuration = try context.configuration()
        var logger = context.logger
        logger[metadataKey: "app"] = "a"
        logger.info("made", metadata: ["size": "\(configuration.size)"])
        self.logger = context.logger
    }

    func close() { logger.info("closed") }

    static var actions: Actions<Configured> {
        Action("name") { $0.context.name }
        Action("worker") { [$0.context.worker.id, $0.context.worker.slot, $0.context.worker.lanes] }
        Action("size") { $0.configuration.size }
        Action("title") { $0.configuration.title }
        Action("quiet") { app in
            var logger = app.logger
            logger.logLevel = .warning
            logger.debug("unheard")
            logger.info("unheard")
            logger.error("loud")
        }
    }
}
