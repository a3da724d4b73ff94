/// What calls may name apps as, found by the bytes that they say.
///
/// A table by the names' own hashes, which nobody can aim: a dictionary would hash these again, at every call.
struct AppNames: Sendable {
    private var table: ContiguousArray<(hash: UInt64, name: AppName)?>

    /// A table of these; of two that say the same the first is found.
    init(_ names: [AppName]) {
        var size = 4
        while size < 2 * names.count { size *= 2 }
        table = ContiguousArray(repeating: nil, count: size)
        for name in names {
            let hash = name.hash
            var place = self.place(of: hash)
            while table[place] != nil { place = next(place) }
            table[place] = (hash, name)
        }
    }

    /// The name that says just this; nil if none does.
    func find(_ text: UnsafeRawBufferPointer) -> AppName? {
        let hash = KeyedHash.of(text)
        var place = place(of: hash)
        while let entry = table[place] {
            if entry.hash == hash, entry.name.is(text) { return entry.name }
            place = next(place)
        }
        return nil
    }

    private func place(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash) & (table.count - 1)
    }

    private func next(_ place: Int) -> Int {
        (place + 1) & (table.count - 1)
    }
}
