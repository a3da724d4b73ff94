import ArbiterCore

/// The worker processes, oldest first: found by id without a dictionary's hashing, as every call asks for one.
struct WorkerTable {
    private var ids: ContiguousArray<Int> = []
    private var processes: ContiguousArray<WorkerProcess> = []

    /// The worker with this id; nil if there is none.
    subscript(id: WorkerID) -> WorkerProcess? {
        let place = place(of: id)
        return place < ids.count && ids[place] == id.rawValue ? processes[place] : nil
    }

    /// Adds a worker, whose id is new.
    mutating func insert(_ process: WorkerProcess) {
        let place = place(of: process.order.id)
        ids.insert(process.order.id.rawValue, at: place)
        processes.insert(process, at: place)
    }

    /// Takes the worker out; nil if there is none with this id.
    mutating func remove(_ id: WorkerID) -> WorkerProcess? {
        let place = place(of: id)
        guard place < ids.count, ids[place] == id.rawValue else { return nil }
        ids.remove(at: place)
        return processes.remove(at: place)
    }

    /// Where the worker is, or would be.
    private func place(of id: WorkerID) -> Int {
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id.rawValue { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension WorkerTable: Sequence {
    /// All of them, oldest first.
    func makeIterator() -> IndexingIterator<ContiguousArray<WorkerProcess>> {
        processes.makeIterator()
    }
}
