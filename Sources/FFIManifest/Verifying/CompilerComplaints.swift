/// What a C compiler says of a ``HeaderProbe``'s programs.
public struct CompilerComplaints {
    /// One complaint: where in the manifest, and what.
    public struct Complaint: Hashable, Sendable {
        /// A JSON pointer.
        public let pointer: String
        /// In the compiler's words.
        public let message: String
    }

    /// All complaints that are of an entry.
    public let list: [Complaint]
    /// Lines that are errors and belong to no entry.
    public let others: [String]

    /// Reads what the compiler printed.
    public init(_ printed: String) {
        var list: [Complaint] = []
        var others: [String] = []
        for line in printed.split(separator: "\n") {
            guard let mark = line.firstRange(of: "error: ") else { continue }
            // `POINTER:LINE:COLUMN: error: MESSAGE`, the latter two numbers.
            let place = line[..<mark.lowerBound].split(separator: ":", omittingEmptySubsequences: false)
            let message = String(line[mark.upperBound...])
            guard place.count >= 4, line.hasPrefix("/"), Int(place[place.count - 2]) != nil else {
                others.append(String(line))
                continue
            }
            let pointer = place.dropLast(3).joined(separator: ":")
            if Self.parts.contains(where: { pointer.hasPrefix($0) }) {
                list.append(Complaint(pointer: pointer, message: Self.plain(message)))
            } else {
                others.append(String(line))
            }
        }
        self.list = list
        self.others = others
    }

    /// What each entry has against it, once for each.
    /// - Parameter inquiry: What the compiler said to the inquiry into the functions that are wrong.
    public func problems(with inquiry: CompilerComplaints?) -> [ManifestProblem] {
        var problems: [ManifestProblem] = []
        var seen: Set<String> = []
        for complaint in list where seen.insert(complaint.pointer).inserted {
            let answers = (inquiry?.list ?? []).filter {
                $0.pointer.hasPrefix(complaint.pointer + "/") && $0.message.hasPrefix(HeaderProbe.answerMark)
            }
            let declaration = inquiry?.list.first { $0.pointer == complaint.pointer }.flatMap {
                Self.type(in: $0.message)
            }
            let suffix = declaration.map { "; it declares \($0)" } ?? ""
            guard let answer = answers.first else {
                problems.append(ManifestProblem(complaint.pointer, complaint.message + suffix))
                continue
            }
            let type = answer.message.dropFirst(HeaderProbe.answerMark.count)
            problems.append(ManifestProblem(answer.pointer, "the header says \(type)\(suffix)"))
        }
        return problems
    }

    private static let parts = ["/libraries/", "/structs/", "/handles/", "/functions/"]

    /// The message of a failed assertion, which compilers wrap; others as they are.
    private static func plain(_ message: String) -> String {
        guard message.hasPrefix("static assertion failed") || message.hasPrefix("static_assert failed") else {
            return message
        }
        if let start = message.firstIndex(of: "\""), let end = message.lastIndex(of: "\""), start < end {
            return String(message[message.index(after: start)..<end])
        }
        return message.firstRange(of: "': ").map { String(message[$0.upperBound...]) } ?? message
    }

    /// The type of a pointer to a function that a complaint quotes, written as the function's own.
    private static func type(in message: String) -> String? {
        let pieces = message.split { $0 == "'" || $0 == "\u{2018}" || $0 == "\u{2019}" }
        return pieces.first { $0.contains("(*)") }.map { String($0.replacing("(*)", with: "")) }
    }
}
