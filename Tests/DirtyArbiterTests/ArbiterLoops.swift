import Logging
import NIOCore
import TestSupport

@testable import DirtyArbiter

/// Runs `body` on the loop of a shell around the core whose workers were never started; returns what it gives.
func withArbiterLoop<Result: Sendable>(
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ body: @escaping @Sendable (ArbiterLoop) throws -> EventLoopFuture<Result>
) async throws -> Result {
    let folder = try TemporaryFolder()
    return try await withLoop { eventLoop in
        let bound = try await eventLoop.submit {
            let images = try ImageStore(root: folder.path + "/images")
            let intake = PluginIntake(images: images, workerExecutable: "/bin/true", timeout: .seconds(1))
            let loop = ArbiterLoop(
                configuration: configuration(app("a")),
                catalogue: catalogue(app("a")),
                preparation: ReloadPreparation(reconfigure: nil, intake: intake),
                hooks: HookRunner(ArbiterHooks(), socketPath: "/none", eventLoop: eventLoop, logger: logger),
                notifier: nil,
                eventLoop: eventLoop,
                logger: logger
            )
            return NIOLoopBound(loop, eventLoop: eventLoop)
        }.get()
        let future = try await eventLoop.submit { try body(bound.value) }.get()
        let result = await Swift.Result(awaiting: future)
        try await eventLoop.submit { bound.value.stop(graceful: false) }.get()
        return try result.get()
    }
}

extension Result where Failure == any Error {
    /// What a future gives, or why it fails.
    init(awaiting future: EventLoopFuture<Success>) async where Success: Sendable {
        do {
            self = .success(try await future.get())
        } catch {
            self = .failure(error)
        }
    }
}
