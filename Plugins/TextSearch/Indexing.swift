import DirtyKit
import Glibc

/// One run over files: takes in what is new or changed, and forgets what is gone.
///
/// Works in batches, each a transaction: when it is cancelled or its worker dies, what was done stays, and the next run
/// goes on from there.
struct Indexing {
    private static let batchBytes = 4 << 20
    private static let reportedSkips = 100

    private let index: SearchIndex
    /// Lower-case, without dots.
    private let extensions: Set<String>
    private let largestBytes: Int
    private var answer = IndexAnswer()
    private var batch: [SearchIndex.Document] = []
    private var batchBytes = 0

    init(index: SearchIndex, extensions: Set<String>, largestBytes: Int) {
        self.index = index
        self.extensions = extensions
        self.largestBytes = largestBytes
    }

    /// Brings the index up to date with the files at or under `paths`.
    mutating func run(over paths: [String], checkCancellation: () throws -> Void) throws -> IndexAnswer {
        for path in paths {
            var known = try index.known(under: path)
            try FileWalk.run(path) { encounter in
                try checkCancellation()
                switch encounter {
                case .unreadable(let path, let reason):
                    note(path, reason)
                    // Not gone, only out of sight: what is known of it stays.
                    known = known.filter { $0.key != path && !$0.key.hasPrefix(path + "/") }
                case .file(let path, let stamp):
                    guard extensions.contains(Self.fileExtension(of: path)) else {
                        known[path] = nil
                        break
                    }
                    // A file that can't be taken in any more stays in `known`, whose rest is forgotten below.
                    if try take(path, stamp, isKnown: known[path]?.stamp == stamp) { known[path] = nil }
                }
            }
            try flush()
            answer.removed += try index.remove(ids: known.values.map(\.id))
        }
        answer.documents = try index.counts().documents
        return answer
    }

    /// Takes a file in, unless the index has it as it is; says whether it belongs in the index.
    private mutating func take(_ path: String, _ stamp: FileStamp, isKnown: Bool) throws -> Bool {
        if isKnown {
            answer.unchanged += 1
            return true
        }
        guard stamp.size <= largestBytes else {
            note(path, "larger than \(largestBytes) bytes")
            return false
        }
        switch Self.read(path) {
        case .failure(let reason):
            note(path, reason.text)
            return false
        case .success(let text):
            batch.append(SearchIndex.Document(path: path, stamp: stamp, text: text))
            batchBytes += text.utf8.count
            if batchBytes >= Self.batchBytes { try flush() }
            return true
        }
    }

    private mutating func flush() throws {
        try index.add(batch)
        answer.indexed += batch.count
        batch = []
        batchBytes = 0
    }

    private mutating func note(_ path: String, _ reason: String) {
        answer.skipped_count += 1
        if answer.skipped.count < Self.reportedSkips { answer.skipped.append(SkippedFile(path: path, reason: reason)) }
    }

    private static func fileExtension(of path: String) -> String {
        let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
        guard let dot = name.lastIndex(of: ".") else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// Why a file was not read.
    private struct Unreadable: Error {
        let text: String
    }

    private static func read(_ path: String) -> Result<String, Unreadable> {
        guard let file = fopen(path, "re") else { return .failure(Unreadable(text: String(cString: strerror(errno)))) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            bytes.append(contentsOf: buffer[..<count])
            if count < buffer.count { break }
        }
        guard ferror(file) == 0 else { return .failure(Unreadable(text: "it could not be read to its end")) }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(Unreadable(text: "not UTF-8 text"))
        }
        return .success(text)
    }
}
