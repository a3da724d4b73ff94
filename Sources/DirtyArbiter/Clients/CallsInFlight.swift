/// A connection's calls that haven't had their last answer, by the ids that the client gave them.
///
/// They are few, a thousand at most: hashes in a row are looked through faster than a table is kept.
struct CallsInFlight {
    private var hashes: ContiguousArray<UInt64> = []
    private var calls: ContiguousArray<PendingCall> = []

    /// Whether there is none.
    var isEmpty: Bool { calls.isEmpty }

    /// The call with this id; nil if there is none.
    subscript(id: RequestID) -> PendingCall? {
        guard let place = place(of: id, id.keyedHash) else { return nil }
        return calls[place]
    }

    /// Adds a call; false if there is one with its id.
    mutating func insert(_ call: PendingCall) -> Bool {
        let hash = call.requestID.keyedHash
        guard place(of: call.requestID, hash) == nil else { return false }
        call.place = calls.count
        hashes.append(hash)
        calls.append(call)
        return true
    }

    /// Takes a call out, if it is there.
    mutating func remove(_ call: PendingCall) {
        let place = call.place
        guard calls.indices.contains(place), calls[place] === call else { return }
        let last = calls.removeLast()
        let lastHash = hashes.removeLast()
        guard place < calls.count else { return }
        calls[place] = last
        hashes[place] = lastHash
        last.place = place
    }

    /// Takes out all of them.
    mutating func removeAll() {
        hashes = []
        calls = []
    }

    private func place(of id: RequestID, _ hash: UInt64) -> Int? {
        for place in hashes.indices where hashes[place] == hash && calls[place].requestID == id { return place }
        return nil
    }
}
