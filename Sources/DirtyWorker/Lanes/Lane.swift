import CDirtyApp
import CDirtyLink
import CDirtyWorker
import DirtyWire
import Glibc
import Synchronization

/// One thread of the worker and its socket: runs one call at a time.
///
/// The lane's thread reads, calls the plugin and writes. The host's functions come here too, on any thread. No lock is
/// shared between lanes.
final class Lane: @unchecked Sendable {
    // Unchecked for `page`, whose functions are thread-safe; for `apps`, which is set before the first call begins and
    // read only while a call is active; and for `ended`, a semaphore.

    /// The lane's number.
    let index: Int
    private let socket: Int32
    private let page: OpaquePointer
    private let busyPollNanoseconds: UInt64
    private var apps = UnsafeBufferPointer<LoadedApp>(start: nil, count: 0)

    /// The call that can still be answered; 0 if there is none.
    ///
    /// What `poll` asks.
    private let active = Atomic<UInt64>(0)
    /// The app of that call.
    private let activeApp = Atomic<Int>(0)
    /// Guards the call and the socket's writing side.
    ///
    /// Held while a frame is made and sent, never over plugin code.
    private let state: Mutex<CallState>
    /// Guards what `alloc` gave.
    ///
    /// Taken alone, or inside `state`.
    private let memory = Mutex(CallMemory())
    /// Whether there may be any.
    ///
    /// Asked without the lock when a call ends. What another thread asks for in that moment may be overlooked, and goes
    /// with the next call's.
    private let hasMemory = Atomic<Bool>(false)
    /// Posted at the end of a pending call that the lane's thread waits for.
    private let ended: UnsafeMutablePointer<sem_t>

    init(index: Int, socket: Int32, page: OpaquePointer, maxBodyBytes: Int, busyPollNanoseconds: UInt64) {
        self.index = index
        self.socket = socket
        self.page = page
        self.busyPollNanoseconds = busyPollNanoseconds
        state = Mutex(CallState(socket: socket, maxBodyBytes: maxBodyBytes))
        ended = .allocate(capacity: 1)
        sem_init(ended, 0, 0)
    }

    deinit {
        sem_destroy(ended)
        ended.deallocate()
    }

    /// Why call `id` isn't wanted any more; nil while it is.
    private func cancellation(of id: UInt64) -> Int32? {
        let word = dirty_page_cancelled(page, UInt32(index))
        guard word & ~(0xFF << 56) == id else { return nil }
        return word >> 56 == UInt64(DIRTY_PAGE_WHY_DEADLINE) ? DIRTY_E_DEADLINE : DIRTY_E_CANCELLED
    }
}

// MARK: - The lane's thread

extension Lane {
    /// Runs the calls for `apps` that the arbiter sends, until it closes the lane and the last call has ended.
    func run(apps: UnsafeBufferPointer<LoadedApp>) {
        self.apps = apps
        var reader = RequestReader(socket: socket, busyPollNanoseconds: busyPollNanoseconds)
        var isPending = false
        do {
            while try reader.awaitCall() {
                // A pending call's memory is its own until it has ended.
                if isPending { awaitEnd() }
                guard try reader.read() else { break }
                isPending = try perform(&reader)
            }
        } catch {
            error.die()
        }
        if isPending { awaitEnd() }
    }

    /// Waits until a call has ended whose `handle` returned PENDING.
    private func awaitEnd() {
        let mustWait = state.withLock { state in
            state.isAwaited = state.phase == .pending
            return state.isAwaited
        }
        while mustWait, sem_wait(ended) != 0 {}
    }

    /// Runs the call that was read last, unless the arbiter has taken it back; whether it goes on after this.
    private func perform(_ reader: inout RequestReader) throws(LinkFault) -> Bool {
        let header = reader.header
        guard Int(header.app) < apps.count, header.call & 0xFF == UInt64(index), header.call != 0 else {
            throw LinkFault("lane \(index) got call \(header.call) for app \(header.app), of \(apps.count)")
        }
        if header.ticket != 0, dirty_page_claim(page, UInt32(index), header.call, header.ticket) == 0 { return false }
        let subject = CallSubject(
            app: apps.baseAddress! + Int(header.app),
            action: UnsafeRawBufferPointer(start: reader.action.ptr, count: reader.action.len),
            isNamedByPath: header.flags.contains(.namedByPath)
        )
        state.withLock { $0.begin(header, subject) }
        activeApp.store(Int(header.app), ordering: .relaxed)
        active.store(header.call, ordering: .sequentiallyConsistent)
        // Either this sees the cancellation, or who cancels sees the call active and calls the plugin's hook.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        let why = cancellation(of: header.call)
        if why != nil || reader.hasExtras, let refusal = refusal(of: &reader, subject, why) {
            active.store(0, ordering: .relaxed)
            freeMemory()
            state.withLock { $0.refuse(refusal) }
            return false
        }
        dirty_page_set_begun(page, UInt32(index), header.call)
        dirty_thread_set_call(header.call)
        let status = handle(reader, subject.app)
        dirty_thread_set_call(0)
        return !handleReturned(status)
    }

    /// Why the plugin isn't given the call that was read, or else opens what it shares.
    private func refusal(of reader: inout RequestReader, _ subject: CallSubject, _ why: Int32?) -> ErrorReply? {
        if let refusal = reader.refusal { return refusal.reply(subject) }
        if let why { return AppError(why, "the call was cancelled before it began", executed: .no).reply(subject) }
        return share(&reader, subject)
    }

    /// Opens the memory that the client shares, for as long as its call lasts; what is wrong with it, if anything is.
    private func share(_ reader: inout RequestReader, _ subject: CallSubject) -> ErrorReply? {
        guard let shared = reader.shared else { return nil }
        hasMemory.store(true, ordering: .relaxed)
        do throws(ClientMemory.Fault) {
            for attachment in shared.attachments {
                let mapping = try ClientMemory.map(attachment.memory, of: shared.owner, attachment: attachment.index)
                memory.withLock { $0.keep(mapping) }
                reader.attachments[attachment.index] = DirtyView(ptr: mapping.address, len: attachment.memory.size)
            }
            if let area = shared.area {
                let file = try ClientMemory.openArea(area, of: shared.owner)
                memory.withLock { $0.keep(file: file) }
                state.withLock { $0.area = AnswerArea(area, file: file) }
            }
        } catch {
            return error.reply(subject)
        }
        return nil
    }

    private func handle(_ reader: borrowing RequestReader, _ app: UnsafePointer<LoadedApp>) -> Int32 {
        reader.attachments.withUnsafeBufferPointer { attachments in
            var request = DirtyRequest(
                struct_size: UInt32(MemoryLayout<DirtyRequest>.size),
                flags: 0,
                id: reader.header.call,
                deadline_ns: reader.header.run == 0 ? reader.header.deadline : Self.deadline(of: reader.header),
                action: reader.action,
                args: reader.args,
                kwargs: reader.kwargs,
                attachments: attachments.isEmpty ? nil : attachments.baseAddress,
                attachment_count: UInt32(attachments.count),
                reserved: 0
            )
            return app.pointee.table.functions.handle(app.pointee.instance, &request)
        }
    }

    /// When the time is up of a call that begins now and may run for so long.
    private static func deadline(of header: LaneRequestHeader) -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let (end, isBeyond) = (UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec))
            .addingReportingOverflow(header.run)
        return min(isBeyond ? .max : end, header.deadline == 0 ? .max : header.deadline)
    }

    /// `handle` has returned; whether the call is over.
    private func handleReturned(_ status: Int32) -> Bool {
        let (isOver, isPoisoned) = state.withLock { state in
            // The plugin may ask until the moment its call is over, and not after.
            if status != DIRTY_PENDING { active.store(0, ordering: .relaxed) }
            state.handleReturned(status)
            return (state.phase == .idle, state.isPoisoned)
        }
        guard isOver else { return false }
        if hasMemory.load(ordering: .relaxed) { freeMemory() }
        if isPoisoned { exitPoisoned() }
        return true
    }

    /// Lets go what the call was given.
    private func freeMemory() {
        memory.withLock {
            $0.free()
            hasMemory.store(false, ordering: .relaxed)
        }
    }

    private func exitPoisoned() -> Never {
        DirtyWorker.fail(
            "dirty-worker stops: a plugin says that it can't trust its own state any more",
            ExitCode.poisoned
        )
    }
}

// MARK: - What plugins and the control thread ask for, on any thread

extension Lane {
    /// `DirtyHost.poll`.
    func poll(_ id: UInt64) -> Int32 {
        guard id != 0, active.load(ordering: .relaxed) == id else { return DIRTY_E_GONE }
        return cancellation(of: id) ?? DIRTY_OK
    }

    /// `DirtyHost.emit`; the caller releases `value`.
    func emit(_ id: UInt64, kind: Int32, _ value: PluginValue) -> Int32 {
        let wanted = poll(id)
        guard wanted == DIRTY_OK else { return wanted }
        guard kind == DIRTY_EMIT_CHUNK || kind == DIRTY_EMIT_BEGIN else { return DIRTY_E_UNSUPPORTED }
        return state.withLock { state in
            guard state.isOpen(id) else { return DIRTY_E_GONE }
            if kind == DIRTY_EMIT_BEGIN {
                state.beginStream()
                return DIRTY_OK
            }
            let result = state.emit(value)
            if result == DIRTY_E_GONE { active.store(0, ordering: .relaxed) }
            return result
        }
    }

    /// `DirtyHost.finish`; the caller releases `value`.
    func finish(_ id: UInt64, status: Int32, _ value: PluginValue) -> Int32 {
        // Freed only when the answer has been sent: it may be what is in there.
        var garbage: CallMemory?
        let (result, isPoisoned, isAwaited) = state.withLock { state -> (Int32, Bool, Bool) in
            guard id != 0, state.isOpen(id) else { return (DIRTY_E_GONE, false, false) }
            active.store(0, ordering: .relaxed)
            let endsCall = state.phase == .pending
            if endsCall { garbage = memory.withLock { $0.take() } }
            let result = state.finish(status, value, isOnLaneThread: dirty_thread_lane() == Int32(index))
            let isAwaited = endsCall && state.isAwaited
            if isAwaited { state.isAwaited = false }
            return (result, endsCall && state.isPoisoned, isAwaited)
        }
        garbage?.free()
        if isPoisoned { exitPoisoned() }
        if isAwaited { sem_post(ended) }
        return result
    }

    /// `DirtyHost.alloc`.
    func allocate(_ id: UInt64, bytes: Int) -> UnsafeMutableRawPointer? {
        memory.withLock { memory in
            guard id != 0, active.load(ordering: .relaxed) == id else { return nil }
            hasMemory.store(true, ordering: .relaxed)
            return memory.allocate(bytes)
        }
    }

    /// Tells the plugin that `call` isn't wanted, if it still runs and the plugin has asked to be told.
    func callCancelHook(_ call: UInt64, why: Int32) {
        guard active.load(ordering: .sequentiallyConsistent) == call else { return }
        let app = activeApp.load(ordering: .acquiring)
        // The lane may have gone on to another app's call in between.
        guard active.load(ordering: .sequentiallyConsistent) == call else { return }
        apps[app].table.functions.cancel?(apps[app].instance, call, why)
    }
}
