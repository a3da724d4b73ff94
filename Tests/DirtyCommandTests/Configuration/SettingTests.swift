import DirtyArbiter
import Logging
import Testing

@testable import DirtyCommand

@Suite("Settings")
struct SettingTests {
    /// The settings after `key` was set to `text`.
    private func settings(_ key: String, _ text: String) throws -> ServeSettings {
        let setting = try #require(Setting.named(key))
        var settings = ServeSettings()
        try setting.apply(setting.texts(of: text), &settings)
        return settings
    }

    /// What is said of `text` as the value of `key`; nil if it is taken.
    private func problem(_ key: String, _ text: String) throws -> String? {
        do {
            _ = try settings(key, text)
            return nil
        } catch let problem as SettingProblem {
            return problem.message
        }
    }

    @Test("each setting reaches its place in the configuration")
    func places() throws {
        func arbiter(_ key: String, _ text: String) throws -> ArbiterConfiguration { try settings(key, text).arbiter }
        #expect(try arbiter("dirty_workers", "0").workers == 0)
        #expect(try arbiter("dirty_threads", "7").threads == 7)
        #expect(try arbiter("dirty_isolation", "app").isolatesApps)
        #expect(try arbiter("dirty_timeout", "1.5").timeout == .milliseconds(1500))
        #expect(try arbiter("dirty_timeout", "0").timeout == nil)
        #expect(try arbiter("dirty_stream_timeout", "60").streamTimeout == .seconds(60))
        #expect(try arbiter("dirty_graceful_timeout", "0").gracefulTimeout == .zero)
        #expect(try arbiter("dirty_cancel_grace", "0.25").cancelGrace == .milliseconds(250))
        #expect(try arbiter("dirty_init_timeout", "5").initTimeout == .seconds(5))
        #expect(try arbiter("dirty_write_timeout", "6").writeTimeout == .seconds(6))
        #expect(try arbiter("dirty_frame_timeout", "7").frameTimeout == .seconds(7))
        #expect(try !arbiter("dirty_prefetch", "0").prefetches)
        #expect(try arbiter("dirty_busy_poll", "7").busyPoll == .microseconds(7))
        #expect(try arbiter("dirty_backlog", "8").backlog == 8)
        #expect(try arbiter("dirty_connection_calls", "9").callsPerConnection == 9)
        #expect(try arbiter("dirty_memory_budget", "2GiB").memoryBudgetBytes == 2 << 30)
        #expect(try arbiter("dirty_stream_buffer", "64 KiB").streamBufferBytes == 64 << 10)
        #expect(try arbiter("dirty_max_frame", "1048576").maxFrameBytes == 1 << 20)
        #expect(try arbiter("dirty_runtime_dir", "/run/x").runtimeDirectory == "/run/x")
        #expect(try arbiter("dirty_socket", "/run/x.sock").socketPath == "/run/x.sock")
        #expect(try arbiter("dirty_socket_mode", "0660").socketMode == 0o660)
        #expect(try arbiter("dirty_socket_mode", "0o606").socketMode == 0o606)
        #expect(try arbiter("dirty_socket_group", "www-data").socketGroup == "www-data")
        #expect(try arbiter("dirty_allowed_uids", "0, 33,root").allowedUIDs == [0, 33, 0])
        #expect(try arbiter("dirty_worker_executable", "/x/dirty-worker").workerExecutable == "/x/dirty-worker")
        #expect(try arbiter("dirty_watch", "true").watchesPlugins)
        #expect(try arbiter("dirty_max_requests", "5").maxRequests == 5)
        #expect(try arbiter("dirty_max_requests", "0").maxRequests == nil)
        #expect(try arbiter("dirty_max_requests_jitter", "6").maxRequestsJitter == 6)
        #expect(try arbiter("dirty_max_memory", "2GiB").maxMemoryBytes == 2 << 30)
        #expect(try arbiter("dirty_max_memory", "0").maxMemoryBytes == nil)
        #expect(try arbiter("dirty_quarantine", "0").quarantineDeaths == 0)
        #expect(try settings("log_level", "debug").logLevel == .debug)
        #expect(try settings("log_format", "json").logFormat == .json)
    }

    @Test(
        "a value that isn't one is told with what it should be",
        arguments: [
            ("dirty_workers", "many", "'many' is not a whole number from 0 to 4096"),
            ("dirty_workers", "-1", "'-1' is not a whole number from 0 to 4096"),
            ("dirty_workers", "1.5", "'1.5' is not a whole number from 0 to 4096"),
            ("dirty_workers", "", "no value where a whole number from 0 to 4096 is expected"),
            ("dirty_threads", "0", "'0' is not a whole number from 1 to 250"),
            ("dirty_timeout", "-1", "'-1' is not a number of seconds from 0 up"),
            ("dirty_timeout", "nan", "'nan' is not a number of seconds from 0 up"),
            ("dirty_timeout", "1e3", "'1e3' is not a number of seconds from 0 up"),
            ("dirty_timeout", "0x10", "'0x10' is not a number of seconds from 0 up"),
            ("dirty_timeout", "5s", "'5s' is not a number of seconds from 0 up"),
            ("dirty_timeout", ".", "'.' is not a number of seconds from 0 up"),
            ("dirty_init_timeout", "0", "'0' is not a number of seconds above 0"),
            ("dirty_isolation", "none", "'none' is not shared or app"),
            ("dirty_socket_mode", "0888", "'0888' is not permission bits in octal, such as 0660"),
            ("dirty_socket_mode", "1777", "'1777' is not permission bits in octal, such as 0660"),
            ("dirty_socket", "", "no value where a socket's path is expected"),
            (
                "dirty_allowed_uids", "nobody-of-that-name",
                "'nobody-of-that-name' is not the number or name of a user of this machine"
            ),
            ("log_format", "xml", "'xml' is not text or json"),
            ("log_level", "loud", "'loud' is not trace, debug, info, notice, warning, error or critical"),
            (
                "dirty_max_frame", "1GiB",
                "'1GiB' is not a number of bytes from 1024 to 1073741823, plain or with KiB, MiB or GiB"
            ),
            (
                "dirty_memory_budget", "9999999999GiB",
                "'9999999999GiB' is not a number of bytes from 1048576 to 1125899906842624, plain or with KiB, MiB or GiB"
            ),
        ]
    )
    func problems(key: String, text: String, message: String) throws {
        #expect(try problem(key, text) == message)
    }

    @Test("every setting has a flag, which sets it")
    func flags() throws {
        for setting in Setting.all {
            let command = try parse(ServeCommand.self, "serve", setting.flag, "x")
            #expect(command.flags.given.map(\.setting.key) == [setting.key])
            #expect(command.flags.given.map(\.text) == ["x"])
        }
    }

    @Test("--socket and --runtime-dir are short for the longer names")
    func shortFlags() throws {
        let command = try parse(ServeCommand.self, "serve", "--socket", "/s", "--runtime-dir", "/r")
        #expect(command.flags.given.map(\.setting.key) == ["dirty_runtime_dir", "dirty_socket"])
        #expect(command.flags.given.map(\.flag) == ["--runtime-dir", "--socket"])
    }

    @Test("--watch needs no value")
    func watchFlag() throws {
        let command = try parse(ServeCommand.self, "serve", "--watch", "plugins/")
        #expect(command.flags.given.map(\.setting.key) == ["dirty_watch"])
        #expect(command.flags.given.map(\.text) == ["true"])
        #expect(command.apps == ["plugins/"])
    }

    @Test("environment variables are named after the settings")
    func environment() {
        #expect(Setting.named("dirty_workers")?.environment == "DIRTY_WORKERS")
        #expect(Setting.named("log_level")?.environment == "DIRTY_LOG_LEVEL")
        #expect(Setting.all.allSatisfy { $0.environment.hasPrefix("DIRTY_") })
        #expect(Set(Setting.all.map(\.environment)).count == Setting.all.count)
    }

    @Test("nothing said means the defaults that the documents tell")
    func defaults() {
        let arbiter = ServeSettings().arbiter
        #expect(arbiter.workers >= 1)
        #expect(arbiter.threads == 1)
        #expect(arbiter.timeout == .seconds(300))
        #expect(arbiter.streamTimeout == nil)
        #expect(arbiter.gracefulTimeout == .seconds(30))
        #expect(arbiter.prefetches)
        #expect(arbiter.busyPoll == .microseconds(20))
        #expect(arbiter.backlog == 2048)
        #expect(arbiter.socketMode == 0o600)
        #expect(arbiter.allowedUIDs == nil)
    }
}
