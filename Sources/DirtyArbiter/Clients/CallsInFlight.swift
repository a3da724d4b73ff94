/// A connection's calls that haven't had their last answer, by the ids that the client gave them.
///
/// They are few, a thousand at most: hashes in a row are looked through faster than a table is kept.
struct CallsInFlight {
    private var entries: ContiguousArray<(hash: UInt64, call: PendingCall)> = []

    /// Whether there is none.
    var isEmpty: Bool { entries.isEmpty }

    /// The call with this id; nil if there is none.
    subscript(id: RequestID) -> PendingCall? {
        guard let place = place(of: id, id.keyedHash) else { return nil }
        return entries[place].call
    }

    /// Adds a call; false if there is one with its id.
    mutating func insert(_ call: PendingCall) -> Bool {
        let hash = call.requestID.keyedHash
        guard place(of: call.requestID, hash) == nil else { return false }
        call.place = entries.count
        entries.append((hash, call))
        return true
    }

    /// Takes a call out, if it is there.
    mutating func remove(_ call: PendingCall) {
        let place = call.place
        guard entries.indices.contains(place), entries[place].call === call else { return }
        let last = entries.removeLast()
        guard place < entries.count else { return }
        last.call.place = place
        entries[place] = last
    }

    /// Takes out all of them.
    mutating func removeAll() {
        entries = []
    }

    private func place(of id: RequestID, _ hash: UInt64) -> Int? {
        for place in entries.indices where entries[place].hash == hash && entries[place].call.requestID == id {
            return place
        }
        return nil
    }
}
