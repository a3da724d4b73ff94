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
        /// An app turned out to fail where it shares workers.
        case exile
        /// Anything else: a worker's life, or the clock.
        case other
    }

    /// The event that is being decided.
    var event = Event.other

    /// The generation of each slot's last worker.
    private var generations: [SlotID: Int] = [:]
    /// Why a slot's worker is about to be replaced, where the core has said so.
    private var announced: [SlotID: SpawnCause] = [:]

    /// Takes in what the core says of workers it is about to order.
    mutating func note(_ report: Report) {
        switch report {
        case .replacing(_, let slot, .restart): announced[slot] = .restart
        case .replacing(_, let slot, .requests), .replacing(_, let slot, .memory): announced[slot] = .recycle
        case .exiled: event = .exile
        case .ready, .ended, .crashLooping, .recovered, .replacementFailed, .quarantined: break
        }
    }

    /// Why `slot` gets a worker of `generation`.
    mutating func cause(slot: SlotID, generation: Int, isReloading: Bool) -> SpawnCause {
        let announcement = announced.removeValue(forKey: slot)
        guard let last = generations.updateValue(generation, forKey: slot) else {
            if isReloading { return .reload }
            return switch event {
            case .start: .start
            case .exile: .exile
            // A wish for more workers may have waited for the end of a reload.
            case .scale, .restart, .other: .scale
            }
        }
        if generation != last { return generation > last ? .reload : .rollback }
        if let announcement { return announcement }
        return switch event {
        case .start: .start
        case .scale: .scale
        case .restart: .restart
        case .exile, .other: .respawn
        }
    }
}
