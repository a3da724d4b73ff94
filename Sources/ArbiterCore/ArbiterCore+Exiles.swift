/// One app that can't boot must not keep the others of its workers from serving: it is put out of the slots that it
/// shares, into workers of its own.
extension ArbiterCore {
    /// Whether the slot is to be rid of the app for which its worker couldn't boot.
    ///
    /// Not during a reload: that has planned the slots, and goes back as a whole.
    func isToBeExiled(_ app: AppID, from slot: Int) -> Bool {
        let hosted = pools[slots[slot].pool].apps
        return !(rollover?.isReload ?? false) && hosted.count > 1 && hosted.contains(app.rawValue)
    }

    /// Puts the app out of the slot; the slot's other apps get a worker without it at once, and the app one of its own
    /// after a pause, if it has none yet.
    mutating func exile(_ app: AppID, from slot: Int, _ now: Instant, _ actions: inout [Action]) {
        let (cause, failed, backoff) = (slots[slot].bootFailure, slots[slot].failedBoots, slots[slot].backoff)
        let generation = slots[slot].generation
        actions.append(.report(.exiled(app, SlotID(slot), cause: cause)))
        placement.exile(app, from: slot)
        let changed = adoptPlacement()
        for opened in changed.opened {
            slots[opened].generation = generation
            guard pools[slots[opened].pool].apps == [app.rawValue] else { continue }
            slots[opened].bootFailure = cause
            slots[opened].failedBoots = failed
            slots[opened].backoff = backoff
            scheduleSpawn(into: opened, at: now + slots[opened].backoff.next(using: &random))
        }
        fill(changed, now, &actions)
    }

    /// An exiled app has booted in a worker of its own: it gets as many of them as it has lost.
    mutating func settleExile(of slot: Int, _ now: Instant, _ actions: inout [Action]) {
        guard let owner = placement.places[slot].owner, placement.exiled[owner] != nil, slots[slot].isOpen,
            !isReloading
        else { return }
        placement.settle(owner)
        let changed = adoptPlacement()
        for opened in changed.opened { slots[opened].generation = slots[slot].generation }
        fill(changed, now, &actions)
    }
}
