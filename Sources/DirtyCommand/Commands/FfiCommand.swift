import ArgumentParser

/// `dirty ffi`: what is done with manifests of C libraries besides serving them.
struct FfiCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ffi",
        abstract: "Checks manifests of C libraries.",
        discussion: """
            A manifest makes a C library an app: dirty serve zlib.json. See docs/ffi.md.

            EXAMPLES
              dirty ffi verify Plugins/ffi/zlib.json
              dirty inspect Plugins/ffi/zlib.json
            """,
        subcommands: [FfiVerifyCommand.self]
    )
}
