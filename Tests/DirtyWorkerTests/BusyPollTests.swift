import CDirtyLink
import Glibc
import Testing

/// Looking before sleeping, of `CDirtyLink`.
@Suite struct BusyPollTests {
    /// Something that comes after so many looks, or at once to who sleeps for it.
    private struct Awaited {
        var looks = 0
        var sleeps = 0
        let comesAfter: Int
        var isThere: Bool { looks > comesAfter }
    }

    private static let limit: UInt64 = 20_000

    private func poll(limit: UInt64 = Self.limit, confidence: UInt32 = 0) -> DirtyBusyPoll {
        var poll = DirtyBusyPoll()
        poll.limit = limit
        poll.confidence = confidence
        return poll
    }

    /// Waits for what comes after `looks` looks; what was done for it.
    private func wait(_ poll: inout DirtyBusyPoll, looks: Int) -> Awaited {
        var awaited = Awaited(comesAfter: looks)
        let found = dirty_busy_poll_wait(
            &poll,
            { context, maySleep in
                let awaited = context!.assumingMemoryBound(to: Awaited.self)
                if maySleep != 0 {
                    awaited.pointee.sleeps += 1
                    return 7
                }
                awaited.pointee.looks += 1
                return awaited.pointee.isThere ? 7 : Int(-EAGAIN)
            },
            &awaited
        )
        #expect(found == 7)
        return awaited
    }

    @Test func `without a limit it sleeps at once`() {
        var poll = poll(limit: 0, confidence: 3)
        let awaited = wait(&poll, looks: 0)
        #expect((awaited.looks, awaited.sleeps) == (0, 1))
    }

    @Test func `who knows nothing of his waits sleeps, and looks once they have been short`() {
        var poll = poll(limit: .max / 4)
        #expect(wait(&poll, looks: 0).sleeps == 1)
        #expect(wait(&poll, looks: 0).sleeps == 1)
        let third = wait(&poll, looks: 1)
        #expect((third.looks, third.sleeps) == (2, 0))
    }

    @Test func `what doesn't come within the limit is slept for`() {
        var poll = poll(limit: 1, confidence: 3)
        let awaited = wait(&poll, looks: .max)
        #expect(awaited.looks > 0)
        #expect(awaited.sleeps == 1)
        #expect(poll.confidence == 1)
    }

    @Test func `waits up to four limits speak for looking, longer ones doubly against it`() {
        var poll = poll()
        dirty_busy_poll_waited(&poll, 4 * Self.limit)
        #expect(dirty_busy_poll_pays(&poll, 1) == 0)
        dirty_busy_poll_waited(&poll, 0)
        #expect(dirty_busy_poll_pays(&poll, 1) == 1)
        for _ in 0..<9 { dirty_busy_poll_waited(&poll, 0) }
        dirty_busy_poll_waited(&poll, 4 * Self.limit + 1)
        #expect(dirty_busy_poll_pays(&poll, 1) == 0)
        dirty_busy_poll_waited(&poll, 0)
        #expect(dirty_busy_poll_pays(&poll, 1) == 1)
    }

    @Test func `calls that come one by one, a short wait and a long one in turn, are slept for`() {
        var poll = poll()
        for _ in 0..<100 {
            dirty_busy_poll_waited(&poll, 5_000)
            #expect(dirty_busy_poll_pays(&poll, 1) == 0)
            dirty_busy_poll_waited(&poll, 1_000_000)
            #expect(dirty_busy_poll_pays(&poll, 1) == 0)
        }
    }

    @Test func `others may keep the processor for a third of the time, and beyond that for 10 ms`() {
        var poll = poll(confidence: 3)
        var now: UInt64 = 1_000_000_000_000
        for _ in 0..<100 {
            now += 6_000_000
            dirty_busy_poll_yielded(&poll, 2_000_000, now)
            #expect(dirty_busy_poll_pays(&poll, now) == 1)
        }
        // Two of three milliseconds: one more than is all right, each time.
        var count = 0
        while count < 100, dirty_busy_poll_pays(&poll, now) == 1 {
            count += 1
            now += 3_000_000
            dirty_busy_poll_yielded(&poll, 2_000_000, now)
        }
        #expect(count == 9)
    }

    @Test func `short yields are no crowd, however many`() {
        var poll = poll(confidence: 3)
        for now in stride(from: UInt64(1_000_000_000_000), to: 1_001_000_000_000, by: 1_000_000) {
            dirty_busy_poll_yielded(&poll, 1_000_000, now)
            #expect(dirty_busy_poll_pays(&poll, now) == 1)
        }
    }

    @Test func `who computes beside it makes it rest: longer each time up to a second, briefly after a quiet while`() {
        var poll = poll(confidence: 3)
        var now: UInt64 = 1_000_000_000_000
        var rests: [UInt64] = []
        for _ in 0..<9 {
            dirty_busy_poll_yielded(&poll, 11_000_000, now)
            #expect(dirty_busy_poll_pays(&poll, now + poll.rest - 1) == 0)
            now += poll.rest
            #expect(dirty_busy_poll_pays(&poll, now) == 1)
            rests.append(poll.rest / 1_000_000)
        }
        #expect(rests == [10, 20, 40, 80, 160, 320, 640, 1000, 1000])
        now += 10 * poll.rest + 1
        dirty_busy_poll_yielded(&poll, 11_000_000, now)
        #expect(poll.rest == 10_000_000)
    }
}
