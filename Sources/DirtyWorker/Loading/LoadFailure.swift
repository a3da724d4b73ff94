/// Why a plugin can't be loaded.
struct LoadFailure: Error {
    /// What kind of failure it is.
    let cause: Cause
    /// One line that names the file, says what is wrong, and what to do.
    let message: String

    /// The kinds of failure, by the names they have on the link and in `dirty inspect --json`.
    enum Cause: String {
        case noFile = "no_file"
        case notELF = "not_elf"
        case wrongArchitecture = "wrong_architecture"
        case missingDependency = "missing_dependency"
        case unresolvedSymbol = "unresolved_symbol"
        /// The dynamic linker said no for another reason: a noexec file system, no memory, a newer C library needed.
        case linkerRefused = "linker_refused"
        case noSymbol = "no_symbol"
        case wrongMajor = "wrong_major"
        case newerHostNeeded = "newer_host_needed"
        case badTable = "bad_table"
        case unknownFlags = "unknown_flags"
        case exclusive
        case openFailed = "open_failed"
    }

    /// A failure; newlines and other controls in `message`, which may come from a plugin, become spaces.
    init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = String(
            String.UnicodeScalarView(
                message.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
            )
        )
    }
}
