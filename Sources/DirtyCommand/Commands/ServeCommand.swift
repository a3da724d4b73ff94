import ArgumentParser
import DirtyArbiter
import Glibc
import Logging
import NIOPosix
import ServiceLifecycle

/// `dirty serve`: runs the arbiter until a signal ends it.
struct ServeCommand: AsyncParsableCommand, SignalWaiting, Sendable {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Hosts plugins and answers calls.",
        discussion: """
            An APP is a plugin (.so) or a directory of them: PATH, PATH:N for N workers only, NAME=PATH:N to give it \
            another name. Every setting may also stand in the file or the environment; flags win over the \
            environment, and the environment over the file. See docs/configuration.md.

            SIGTERM and SIGINT stop gracefully, a second SIGINT or SIGQUIT at once; SIGHUP reloads; SIGTTIN and SIGTTOU \
            add and remove a worker; SIGUSR1 opens the log file anew.

            EXAMPLES
              dirty serve plugins/
              dirty serve search=libTextSearch.so:2 libEcho.so --dirty-workers 4 --dirty-timeout 30
              DIRTY_WORKERS=2 dirty serve --config /etc/dirty/dirty.yaml --log-format json
            """
    )
    static let signals = [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTTIN, SIGTTOU, SIGUSR1]

    @Argument(help: ArgumentHelp("What to host, in place of the file's dirty_apps.", valueName: "app"))
    var apps: [String] = []

    @Option(help: ArgumentHelp("The configuration file. (default: dirty.yaml, if it is here)", valueName: "file"))
    var config: String?

    @OptionGroup
    var flags: SettingFlags

    func run() async throws {
        let loaded = loader.load()
        guard loaded.mistakes.isEmpty else {
            throw CommandFailure(.usage, loaded.mistakes.map(\.description))
        }
        let logFile = try Self.logFile(loaded.settings)
        let logger = Self.logger(loaded.settings, logFile)
        for warning in loaded.warnings {
            logger.warning("ignored", metadata: ["what": "\(warning)"])
        }
        if loaded.settings.arbiter.apps.isEmpty {
            logger.warning("no app is named, on the command line or in dirty_apps: every call fails")
        }
        let loader = loader
        let arbiter = Arbiter(try Self.underServiceManager(loaded.settings.arbiter), logger: logger) {
            try await Self.reconfigure(loader, logger)
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: arbiter, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger
            )
        )
        let signals = ServeSignals(arbiter: arbiter, group: group, logger: logger, logFile: logFile)
        SignalThread.start(Self.signals, handling: signals.received)
        // Unstructured, as what it waits for may never come: it ends by itself when the arbiter does, or with the process.
        let announcement = Task { await Self.announce(arbiter, logger) }
        defer { announcement.cancel() }
        do {
            try await group.run()
        } catch let error as ArbiterError {
            let isUsage = error.code == .configuration || error.code == .plugin || error.code == .alreadyRunning
            // A line each, as many as there are plugins that can't be used.
            throw CommandFailure(isUsage ? .usage : .failure, error.message.split(separator: "\n").map(String.init))
        }
    }

    /// Reads the configuration again, for a reload; a mistake in it refuses all of it.
    private static func reconfigure(
        _ loader: ConfigurationLoader,
        _ logger: Logger
    ) async throws -> ArbiterConfiguration {
        // Files block, and the cooperative pool mustn't.
        let loaded = try await NIOThreadPool.singleton.runIfActive { loader.load() }
        for warning in loaded.warnings {
            logger.warning("ignored", metadata: ["what": "\(warning)"])
        }
        guard loaded.mistakes.isEmpty else {
            throw ArbiterError(.configuration, loaded.mistakes.map(\.description).joined(separator: "\n"))
        }
        return loaded.settings.arbiter
    }

    /// The sources of the configuration, this command's flags among them.
    var loader: ConfigurationLoader {
        ConfigurationLoader(
            file: config,
            environment: ProcessEnvironment.variables,
            flags: flags.given,
            apps: apps
        )
    }

    /// The logger for all of the process; others' loggers, such as SwiftNIO's, go the same way.
    private static func logger(_ settings: ServeSettings, _ file: LogFile?) -> Logger {
        let (level, format) = (settings.logLevel, settings.logFormat)
        let destination = file.map(LogDestination.file) ?? .stream(.error)
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, level: level, format: format, destination: destination)
        }
        return Logger(label: "dirty")
    }

    private static func logFile(_ settings: ServeSettings) throws -> LogFile? {
        guard let path = settings.logFile else { return nil }
        do throws(FileProblem) {
            return try LogFile(path: path)
        } catch {
            throw CommandFailure(.usage, "dirty_log_file: \(path) can't be opened: \(error)")
        }
    }

    /// The configuration with what the process that started this one has to say, and with what PID 1 has to do.
    private static func underServiceManager(_ configured: ArbiterConfiguration) throws -> ArbiterConfiguration {
        var configuration = configured
        do throws(ServiceEnvironmentProblem) {
            let environment = try ServiceEnvironment(ProcessEnvironment.variables, pid: getpid())
            configuration.serviceManager = environment.manager
            configuration.inheritedSockets = environment.sockets
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
        configuration.reapsStrangers = getpid() == 1
        return configuration
    }

    /// Says on stdout what is hosted and where, once every worker is ready.
    private static func announce(_ arbiter: Arbiter, _ logger: Logger) async {
        do {
            try await arbiter.waitUntilReady()
        } catch {
            // What kept it from becoming ready also ended the arbiter, and is told where that is handled.
            return
        }
        for warning in arbiter.warnings {
            logger.warning("configuration", metadata: ["warning": "\(warning)"])
        }
        var table = TextTable([.text("APP"), .text("PLUGIN"), .text("VERSION"), .number("WORKERS"), .text("PATH")])
        for app in arbiter.hostedApps() {
            table.add([app.name, app.plugin, app.version, String(app.workers), app.path])
        }
        StandardStream.output.write((table.lines + ["DIRTY_SOCKET=\(arbiter.socketPath)"]).joined(separator: "\n"))
    }
}
