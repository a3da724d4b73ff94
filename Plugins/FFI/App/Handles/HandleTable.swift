import DirtyKit
import FFIManifest
import Glibc

/// The pointers that libraries have given out, by the numbers in their tokens.
///
/// Used by one thread at a time: a call's, or the sweeper's.
final class HandleTable {
    /// A pointer that is in use.
    struct Entry {
        let kind: HandleKind
        let pointer: UnsafeMutableRawPointer
        let parent: UInt64?
        /// On CLOCK_MONOTONIC, in nanoseconds.
        var lastUse: UInt64
    }

    /// Why a handle is no more.
    enum End: String {
        case consumed = "was used up by an earlier call"
        case expired = "was freed, as it hadn't been used for as long as its ttl_s says"
        case orphaned = "was freed with the handle it depended on"
        case failed = "was freed, as the call that made it failed"
    }

    /// Whether any kind has a time to live.
    let canExpire: Bool
    private let worker: Int
    private var kinds: [String: HandleKind] = [:]
    private var entries: [UInt64: Entry] = [:]
    /// Why the latest handles ended.
    private var ends: [UInt64: End] = [:]
    private var endOrder: [UInt64] = []
    private let first: UInt64
    /// The number of the next one.
    private(set) var next: UInt64

    private static let rememberedEnds = 4096

    init(_ manifest: Manifest, _ libraries: Libraries, worker: Int) throws {
        self.worker = worker
        for (name, handle) in manifest.handles { kinds[name] = try HandleKind(name, handle, libraries) }
        canExpire = manifest.handles.values.contains { $0.timeToLive != nil }
        // Numbers begin anywhere, so that a token of another app, or of a host that is no more, isn't one of ours.
        first = UInt64.random(in: 1...0xFFFF_FFFF) << 16
        next = first
    }

    /// A kind by its name, which the manifest has.
    func kind(_ name: String) -> HandleKind {
        guard let kind = kinds[name] else {
            preconditionFailure("a checked manifest uses a handle it hasn't: \(name)")
        }
        return kind
    }

    /// Whether another handle of `kind` may be made.
    func checkRoom(for kind: HandleKind) throws {
        guard kind.count >= kind.maximum else { return }
        throw AppError(
            .busy,
            code: "too_many_handles",
            "there are \(kind.count) handles of the kind \(kind.name) in this worker, as many as its \"max\" allows; close "
                + "some first",
            details: ["kind": .string(kind.name), "max": .int(Int64(kind.maximum))]
        )
    }

    /// Takes in a pointer.
    /// - Returns: Its number.
    func add(_ pointer: UnsafeMutableRawPointer, _ kind: HandleKind, parent: UInt64?) -> UInt64 {
        let number = next
        next += 1
        entries[number] = Entry(kind: kind, pointer: pointer, parent: parent, lastUse: Self.now())
        kind.count += 1
        return number
    }

    /// The token of a handle.
    func token(_ number: UInt64, _ kind: HandleKind) -> String {
        HandleToken.text(kind.name, worker: worker, number: number)
    }

    /// The handle that `text` names, which is to be of `kind`; its time to live begins anew.
    /// - Throws: ``AppError`` that says what is wrong with it.
    func find(_ text: String, _ kind: HandleKind) throws -> (number: UInt64, pointer: UnsafeMutableRawPointer) {
        guard let token = HandleToken(text) else {
            throw HandleProblem.malformed(text).error
        }
        guard token.kind == kind.name else { throw HandleProblem.wrongKind(text, expected: kind.name).error }
        guard token.worker == worker else {
            throw HandleProblem.otherWorker(text, worker: token.worker, here: worker).error
        }
        if let entry = entries[token.number], entry.kind === kind {
            touch(token.number)
            return (token.number, entry.pointer)
        }
        if let end = ends[token.number] { throw HandleProblem.ended(text, end).error }
        guard (first..<next).contains(token.number) else { throw HandleProblem.otherMaker(text).error }
        throw HandleProblem.stale(text).error
    }

    /// Forgets a handle that a function has used up.
    func consume(_ number: UInt64) {
        remove(number, .consumed)
    }

    /// Frees the handles that depend on `parent`, the latest first.
    func freeChildren(of parent: UInt64) {
        for child in entries.filter({ $0.value.parent == parent }).keys.sorted(by: >) { free(child, .orphaned) }
    }

    /// Frees a handle, and before it those that depend on it.
    func free(_ number: UInt64, _ end: End) {
        guard let entry = entries[number] else { return }
        freeChildren(of: number)
        remove(number, end)
        _ = entry.kind.free?.call([UInt64(UInt(bitPattern: entry.pointer))])
    }

    /// Frees all of them, the latest first.
    func freeAll() {
        for number in entries.keys.sorted(by: >) { free(number, .expired) }
    }

    /// Frees those whose time is up.
    /// - Returns: When the next one's is; nil if there is none.
    func sweep(now: UInt64 = now()) -> UInt64? {
        let due = entries.filter { expiry($0.value).map { $0 <= now } ?? false }
        for number in due.keys.sorted(by: >) { free(number, .expired) }
        return entries.values.compactMap(expiry).min()
    }

    /// Begins the time to live anew, also of what the handle depends on.
    private func touch(_ number: UInt64) {
        let now = Self.now()
        var next: UInt64? = number
        while let number = next {
            entries[number]?.lastUse = now
            next = entries[number]?.parent
        }
    }

    private func expiry(_ entry: Entry) -> UInt64? {
        entry.kind.timeToLive.map { entry.lastUse + $0 }
    }

    private func remove(_ number: UInt64, _ end: End) {
        guard let entry = entries.removeValue(forKey: number) else { return }
        entry.kind.count -= 1
        ends[number] = end
        endOrder.append(number)
        guard endOrder.count >= 2 * Self.rememberedEnds else { return }
        for forgotten in endOrder.prefix(Self.rememberedEnds) { ends[forgotten] = nil }
        endOrder.removeFirst(Self.rememberedEnds)
    }

    /// CLOCK_MONOTONIC, in nanoseconds.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
