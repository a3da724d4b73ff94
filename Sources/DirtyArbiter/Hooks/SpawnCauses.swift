import ArbiterCore

/// Tells why the core orders a worker, from what it orders and from the event that made it do so.
struct SpawnCauses {
    /// What made the core decide, as far as it tells causes apart.
    enum Event {
        /// The arbiter starts.
        case start
        /// Somebody asked for another number of workers.
        case scale
        /// Somebody asked for a worker to be replaced.
        case restart
        /// Anything else: a worker's life, or the clock.
        case other
    }

    /// The event that is being decided.
    var event = Event.other

    /// The generation of each slot's last worker.
    private var generations: [SlotID: Int] = [:]
    private var newestGeneration = 0

    /// Why `slot` gets a worker of `generation`.
    ///
    /// - Parameter isOccupied: whether the worker before it lives and was not killed.
    mutating func cause(slot: SlotID, generation: Int, isOccupied: Bool) -> SpawnCause {
        let isNewest = generation > newestGeneration
        newestGeneration = max(newestGeneration, generation)
        guard let last = generations.updateValue(generation, forKey: slot) else {
            if isNewest { return .reload }
            return event == .start ? .start : .scale
        }
        if generation != last { return generation > last ? .reload : .rollback }
        switch event {
        case .start: return .start
        case .scale: return .scale
        case .restart: return .restart
        case .other: return isOccupied ? .recycle : .respawn
        }
    }
}
