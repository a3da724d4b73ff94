import CDirtyApp
import CDirtyWorker
import DirtyWire
import Glibc

/// Says what a plugin is, in a throw-away process: loads it and never opens it.
enum Describe {
    /// Prints one JSON object about `file` and ends the process: with 0, or with 1 if it can't be loaded.
    static func run(file: String) -> Never {
        // A plugin that prints while it is loaded prints on stderr.
        let output = dup(STDOUT_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        do {
            let table = try PluginLoader.load(image: file, path: file)
            print(
                [
                    "name": .string(table.name),
                    "version": .string(table.version),
                    "abi_major": 1,
                    "abi_minor": .int(Int64(table.functions.abi_minor)),
                    "flags": JSONValue(table.functions.flags),
                    "flag_names": .array(table.flagNames.map { .string($0) }),
                    "manifest": table.manifest,
                    "neighbours": .array(Neighbours.of(file).map { .string($0) }),
                ],
                on: output
            )
            dirty_process_exit(0)
        } catch {
            print(["error": ["cause": .string(error.cause.rawValue), "message": .string(error.message)]], on: output)
            dirty_process_exit(1)
        }
    }

    private static func print(_ value: JSONValue, on output: Int32) {
        var text = value.serialized()
        text.append(UInt8(ascii: "\n"))
        text.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = write(output, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written < 0, errno == EINTR { continue }
                // Nobody reads: nothing is left to do here.
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}
