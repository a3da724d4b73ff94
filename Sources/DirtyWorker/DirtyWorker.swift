/// The worker process: loads plugins, and runs their code.
///
/// A map of the module:
/// - `DirtyWorker.swift`: what `dirty-worker` does with its arguments.
/// - `Control/`: the control thread. `WorkerProcess` sets the process up and answers the arbiter over a `ControlLink`;
///   `ControlMessage` is what the arbiter says, `Farewell` that it has said bye, `LinkFault` what it must not say;
///   `CancelHooks` is the thread that calls plugins' `cancel`; `LogLevel` and `ExitCode` are how the process speaks
///   besides.
/// - `Loading/`: from a file to an open app. `ELFFile` looks before `PluginLoader` loads; `PluginTable` is what a plugin
///   says of itself, `HostTable` what it can call; `WorkerApps` are the `LoadedApp`s that `AppSpec`s ask for,
///   `LoadProgress` which of them is at hand, and `LoadFailure` is why not; `Describe` is all there is to `--describe`.
/// - `Lanes/`: a `Lane` is a `WorkerThread` that reads calls (`RequestReader`), hands them to the plugin and writes the
///   answers. `CallState` is how far its call is, `CallSubject` what the call is for, `CallMemory` what `alloc` gave.
///   `PluginValue` is what plugins hand over, `ReplyEncoder` makes frames of it (with `AttachmentInliner`), and
///   `ReplyFailure` and `AppError` say why that can't be.
///
/// What must not allocate, or must work while plugin code holds any lock, is C: the module `CDirtyWorker`.
import CDirtyWorker
import DirtyWire
import Glibc

/// The program `dirty-worker`.
public enum DirtyWorker {
    /// Does what `arguments` (without the program's name) ask for, and ends the process.
    ///
    /// Without arguments it is a worker: descriptor 0 is the control socket to its arbiter.
    public static func main(arguments: [String]) -> Never {
        switch arguments.count {
        case 0:
            WorkerProcess.run()
        case 1 where arguments[0] == "--version":
            print(DirtyVersion.current)
            exit(0)
        case 2 where arguments[0] == "--describe":
            Describe.run(file: arguments[1])
        default:
            fail(
                "usage: dirty-worker --describe FILE | --version (without arguments it is started by \"dirty serve\")",
                2
            )
        }
    }

    /// Writes one line to the log and ends the process.
    static func fail(_ message: String, _ code: Int32) -> Never {
        log(.error, message)
        dirty_process_exit(code)
    }

    /// Writes one line to the log, with the prefix that tells its level.
    static func log(_ level: LogLevel, _ message: String) {
        var line = level.linePrefix
        line.append(contentsOf: message.utf8)
        line.append(UInt8(ascii: "\n"))
        line.withUnsafeBytes { bytes in
            dirty_process_log(bytes.baseAddress, bytes.count)
        }
    }
}
