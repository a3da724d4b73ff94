import DirtyArbiter
import Glibc
import Logging
import ServiceLifecycle

/// A program that hosts a plugin in worker processes of its own: `Embedding PLUGIN RUNTIME-DIRECTORY`.
@main
enum Embedding {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            print("usage: \(arguments[0]) PLUGIN RUNTIME-DIRECTORY")
            exit(2)
        }
        var configuration = ArbiterConfiguration(
            apps: [AppSpecification(name: "echo", path: arguments[1])],
            workers: 2,
            runtimeDirectory: arguments[2]
        )
        configuration.timeout = .seconds(30)
        configuration.hooks.workerExit = .closure { event in
            print("worker \(event.worker ?? 0) ended: \(event.exit?.words ?? "")")
        }

        let arbiter = Arbiter(configuration, logger: Logger(label: "arbiter"))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    // Ended in reverse order: the caller first, then the arbiter under it.
                    .init(service: arbiter),
                    .init(service: Caller(arbiter: arbiter), successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "group")
            )
        )
        try await group.run()
        print("done")
    }
}
