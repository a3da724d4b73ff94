import Glibc
import NIOCore
import TestSupport
import Testing

@testable import DirtyArbiter

@Suite("What the event loop waits for", .timeLimit(.minutes(1)))
struct PollSourceTests {
    /// A source that counts what it is told, and reads nothing by itself.
    private final class Probe: PollSource {
        var told = 0
        var closings = 0
        var promise: EventLoopPromise<Void>?

        override func happened(_ events: UInt32) {
            told += 1
            park()
            promise?.succeed()
            promise = nil
        }

        override func wasClosed() {
            closings += 1
        }

        /// Fulfilled when it is told of something.
        func next() -> EventLoopFuture<Void> {
            let promise = pollLoop.makePromise(of: Void.self)
            self.promise = promise
            return promise.futureResult
        }
    }

    private func probe(_ descriptor: Int32, on loop: PollLoop) async throws -> NIOLoopBound<Probe> {
        try await loop.submit {
            let probe = Probe(descriptor: descriptor, on: loop)
            try probe.start()
            return NIOLoopBound(probe, eventLoop: loop)
        }.get()
    }

    @Test("is told nothing while it is parked, and what is there when it waits again")
    func parked() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let probe = try await probe(pair.ours, on: loop)
            try await loop.submit { probe.value.park() }.get()
            try pair.send([1])
            pair.close()
            try await loop.turns()
            #expect(try await loop.submit { probe.value.told }.get() == 0)
            for round in 1...3 {
                try await loop.flatSubmit {
                    let next = probe.value.next()
                    probe.value.wait(readable: true, writable: false)
                    return next
                }.get()
                try await loop.turns()
                #expect(try await loop.submit { probe.value.told }.get() == round)
            }
        }
    }

    @Test("that the kernel refuses to wait for is closed, not forgotten", arguments: [false, true])
    func refused(_ isParked: Bool) async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let probe = try await probe(pair.ours, on: loop)
            try await loop.submit {
                if isParked { probe.value.park() }
                // A file in the socket's place, which can't be waited for.
                let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
                dup2(file, probe.value.descriptor)
                Glibc.close(file)
                probe.value.wait(readable: true, writable: true)
                #expect(probe.value.isOpen)
            }.get()
            try await loop.turns()
            #expect(try await loop.submit { (probe.value.isOpen, probe.value.closings) }.get() == (false, 1))
        }
    }

    @Test("is told only of what it waits for, but of the end always")
    func waits() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let probe = try await probe(pair.ours, on: loop)
            try await loop.submit { probe.value.wait(readable: false, writable: false) }.get()
            try pair.send([1])
            try await loop.turns()
            #expect(try await loop.submit { probe.value.told }.get() == 0)
            let gone = try await loop.submit { NIOLoopBound(probe.value.next(), eventLoop: loop) }.get()
            pair.close()
            try await loop.flatSubmit { gone.value }.get()
        }
    }

    @Test("that nobody else holds is held until it is closed, and let go then")
    func held() async throws {
        try await withLoop { loop in
            let pair = try SocketPair()
            let diary = Diary<Int>()
            let (ended, gone) = (loop.makePromise(of: Void.self), loop.makePromise(of: Void.self))
            try await loop.submit {
                let socket = TestSocket(descriptor: pair.ours, on: loop)
                let witness = Witness { gone.succeed() }
                socket.onEvent = { _, event in
                    withExtendedLifetime(witness) { diary.note(1) }
                    ended.succeed()
                }
                try socket.start()
            }.get()
            pair.close()
            try await ended.futureResult.get()
            try await gone.futureResult.get()
            #expect(diary.all == [1])
        }
    }

    @Test("that can't be waited for is closed, and says why")
    func refused() async throws {
        try await withLoop { loop in
            // The kernel waits for no regular file.
            let descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
            let (error, closings) = try await loop.submit {
                let probe = Probe(descriptor: descriptor, on: loop)
                let result = Result { try probe.start() }
                probe.close()
                guard case .failure(let error) = result else { return ("", probe.closings) }
                return ("\(error)", probe.closings)
            }.get()
            #expect(error.contains("can't wait for a descriptor") && closings == 1)
        }
    }

    @Test("that is closed has no say in who gets its descriptor next")
    func reusedDescriptor() async throws {
        try await withLoop { loop in
            let (former, pair) = (try SocketPair(), try SocketPair())
            // So high that nobody else gets it when it is free.
            let number = fcntl(former.ours, F_DUPFD_CLOEXEC, 700)
            Glibc.close(former.ours)
            let probe = try await probe(number, on: loop)
            try await loop.submit { probe.value.close() }.get()
            #expect(dup2(pair.ours, number) == number)
            Glibc.close(pair.ours)
            let socket = try await RemoteSocket(number, on: loop)
            try await loop.submit {
                probe.value.park()
                probe.value.wait(readable: false, writable: false)
                probe.value.close()
            }.get()
            try pair.send([1])
            try await socket.until { $0.bytes == [1] }
        }
    }
}
