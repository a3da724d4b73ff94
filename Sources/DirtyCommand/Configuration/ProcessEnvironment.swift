import Glibc

/// The environment this process was started with.
enum ProcessEnvironment {
    /// Its variables by name; of two alike the first, as `getenv` has it.
    static var variables: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if let separator = line.firstIndex(of: "=") {
                let name = String(line[..<separator])
                if variables[name] == nil { variables[name] = String(line[line.index(after: separator)...]) }
            }
            entry += 1
        }
        return variables
    }
}
