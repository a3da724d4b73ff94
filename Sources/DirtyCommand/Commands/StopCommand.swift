import ArgumentParser
import DirtyClient
import Glibc

/// `dirty stop`: ends a host.
struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Ends a host, and returns when it has ended.",
        discussion: """
            No new calls are taken, waiting ones fail, and running ones get dirty_graceful_timeout to end.

            EXAMPLES
              dirty stop
              dirty stop --now
            """
    )

    @Flag(help: "Kills the workers at once; their calls fail.")
    var now = false

    @OptionGroup
    var target: ControlOption

    /// How long the process may take from its last word to its end.
    private static let exitTime = Duration.seconds(5)

    func run() throws {
        let control = try target.control()
        do {
            let answer = try control.stop(atOnce: now)
            waitForExit(of: answer["pid"]?.intValue.map(pid_t.init))
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Waits until the process, which has closed its sockets, is gone, so that whoever comes next can take its place.
    private func waitForExit(of pid: pid_t?) {
        guard let pid else { return }
        let deadline = ContinuousClock.now + Self.exitTime
        while kill(pid, 0) == 0, .now < deadline {
            Pause.until(.now + .milliseconds(10))
        }
    }
}
