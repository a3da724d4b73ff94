import ArgumentParser
import DirtyWire
import Glibc

/// `dirty man`: the manual pages, for who packages or installs the program.
struct ManCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Writes the manual pages of all commands into a directory.",
        discussion: """
            EXAMPLES
              dirty man /usr/local/share/man/man1
              dirty man . && man -l dirty-call.1
            """,
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("Where to; it must be there.", valueName: "directory"), completion: .directory)
    var directory: String

    func run() throws {
        guard case .success(.directory) = Files.kind(of: directory) else {
            throw CommandFailure(.usage, "\(directory) is no directory; make it first: mkdir -p \(directory)")
        }
        let help = try JSONValue(parsing: Dirty._dumpHelp())
        for page in ManualPage.all(of: help, date: Self.today) {
            let path = "\(directory)/\(page.name).1"
            if case .failure(let problem) = Files.write(Array(page.text.utf8), to: path) {
                throw CommandFailure(.failure, "\(path) can't be written: \(problem)")
            }
        }
    }

    /// The day, as mdoc(7) wants it; `SOURCE_DATE_EPOCH` sets it for builds that must come out the same again.
    private static var today: String {
        var now = ProcessEnvironment.variables["SOURCE_DATE_EPOCH"].flatMap { time_t($0) } ?? time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        return "\(months[Int(parts.tm_mon)]) \(parts.tm_mday), \(parts.tm_year + 1900)"
    }
}
