import ArbiterCore

extension ArbiterLoop {
    /// Tells the core how much memory workers hold, which may have it replace one; called now and then.
    func measureMemory() {
        for worker in workers {
            // The kernel's own counters: to read them takes microseconds, and waits for nothing.
            guard let pid = worker.pid, let memory = ProcessMemory(of: pid) else { continue }
            perform { $0.memoryMeasured(worker.order.id, bytes: memory.anonymousBytes, now: $1) }
        }
    }
}
