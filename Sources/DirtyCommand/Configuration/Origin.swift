/// Where a value was written, so that a mistake in it can be found.
enum Origin: Hashable, CustomStringConvertible {
    /// A line of a configuration file, counted from 1; nil for the file as a whole.
    case file(String, line: Int?)
    /// An environment variable.
    case environment(String)
    /// An option on the command line.
    case flag(String)
    /// An APP on the command line.
    case argument

    /// The place as messages begin with it: `dirty.yaml:3`, `DIRTY_WORKERS`, `--dirty-workers`.
    var description: String {
        switch self {
        case .file(let path, let line?): "\(path):\(line)"
        case .file(let path, nil): path
        case .environment(let name): name
        case .flag(let name): name
        case .argument: "APP"
        }
    }
}
