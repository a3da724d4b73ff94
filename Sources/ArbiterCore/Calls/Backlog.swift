/// A queue of waiting calls in the order of their arrival, linked through the table of calls.
///
/// Any call leaves it in O(1), so a cancelled or timed-out one leaves nothing behind.
struct Backlog: Sendable {
    /// The oldest call's place; -1 if there is none.
    private(set) var head = -1
    private(set) var tail = -1
    private(set) var count = 0

    /// Whether no call waits in it.
    var isEmpty: Bool { head < 0 }

    /// Adds a call at its place by arrival: new calls are the youngest, and those that come back are among the oldest.
    mutating func insert(_ index: Int, in calls: inout Slab<Call>) {
        count += 1
        guard tail >= 0 else {
            head = index
            tail = index
            return
        }
        let sequence = calls[index].id.sequence
        guard calls[tail].id.sequence > sequence else {
            calls[tail].nextWaiting = index
            calls[index].previousWaiting = tail
            tail = index
            return
        }
        var next = head
        while calls[next].id.sequence < sequence { next = calls[next].nextWaiting }
        let previous = calls[next].previousWaiting
        calls[index].nextWaiting = next
        calls[index].previousWaiting = previous
        calls[next].previousWaiting = index
        if previous < 0 {
            head = index
        } else {
            calls[previous].nextWaiting = index
        }
    }

    /// Takes out a call that is in it.
    mutating func remove(_ index: Int, in calls: inout Slab<Call>) {
        let (previous, next) = (calls[index].previousWaiting, calls[index].nextWaiting)
        if previous < 0 {
            head = next
        } else {
            calls[previous].nextWaiting = next
        }
        if next < 0 {
            tail = previous
        } else {
            calls[next].previousWaiting = previous
        }
        calls[index].previousWaiting = -1
        calls[index].nextWaiting = -1
        count -= 1
    }
}
