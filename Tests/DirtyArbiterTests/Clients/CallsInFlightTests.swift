import DirtyWire
import NIOCore
import Testing

@testable import ArbiterCore
@testable import DirtyArbiter

@Suite("A connection's calls")
struct CallsInFlightTests {
    private func call(_ id: RequestID, of client: ClientHandler) -> PendingCall {
        PendingCall(
            client: client,
            requestID: id,
            name: AppName(text: "a", app: AppID(0), isPath: false),
            form: .json,
            flags: [],
            texts: CallTexts(action: ByteBuffer(), args: ByteBuffer(), kwargs: ByteBuffer())
        )
    }

    private func json(_ token: String) -> RequestID {
        .json(Array(token.utf8).withUnsafeBytes { IDToken($0) })
    }

    /// Runs `body` with a client for the calls to be of.
    private func withClient<Result: Sendable>(
        _ body: @escaping @Sendable (ClientHandler) throws -> Result
    ) async throws -> Result {
        let pair = try SocketPair()
        return try await withArbiterLoop { loop in
            let client = ClientHandler(
                descriptor: pair.ours,
                socket: .calls,
                peer: PeerCredentials(uid: 0, pid: 1),
                loop: loop
            )
            defer { client.close() }
            return loop.eventLoop.makeSucceededFuture(try body(client))
        }
    }

    @Test("are found by their ids, once each")
    func ids() async throws {
        let found = try await withClient { client in
            var calls = CallsInFlight()
            let ids: [RequestID] = [
                json("1"), json("\"1\""), json(""), .gd(1),
                .gd(.max),
            ]
            let inserted = ids.map { calls.insert(call($0, of: client)) }
            let again = ids.map { calls.insert(call($0, of: client)) }
            let found = ids.map { calls[$0]?.requestID == $0 }
            return [
                inserted.allSatisfy { $0 }, !again.contains(true), found.allSatisfy { $0 },
                calls[json("2")] == nil, calls[.gd(2)] == nil, !calls.isEmpty,
            ]
        }
        #expect(found == Array(repeating: true, count: 6))
    }

    @Test("are taken out whatever their place, and their ids may be used again")
    func removal() async throws {
        let mistakes = try await withClient { client in
            var random = RandomSource(seed: 1)
            var calls = CallsInFlight()
            var model: [UInt64: PendingCall] = [:]
            var mistakes = 0
            for _ in 0..<3000 {
                let id = random.next() % 100
                if let known = model[id], random.next() % 2 == 0 {
                    calls.remove(known)
                    calls.remove(known)
                    model[id] = nil
                } else {
                    let fresh = call(.gd(id), of: client)
                    if calls.insert(fresh) != (model[id] == nil) { mistakes += 1 }
                    if model[id] == nil {
                        model[id] = fresh
                    }
                    // One that isn't in takes nobody out.
                    else {
                        calls.remove(fresh)
                    }
                }
                let sought = random.next() % 100
                if calls[.gd(sought)] !== model[sought] { mistakes += 1 }
                if calls.isEmpty != model.isEmpty { mistakes += 1 }
            }
            for known in model.values { calls.remove(known) }
            if !calls.isEmpty { mistakes += 1 }
            return mistakes
        }
        #expect(mistakes == 0)
    }

    @Test("are gone when all are taken out, and taking one of them out later is no matter")
    func removeAll() async throws {
        let facts = try await withClient { client in
            var calls = CallsInFlight()
            let former = (0..<3).map { call(.gd($0), of: client) }
            for call in former { _ = calls.insert(call) }
            calls.removeAll()
            let isEmpty = calls.isEmpty
            let next = call(.gd(0), of: client)
            _ = calls.insert(next)
            for call in former { calls.remove(call) }
            return [isEmpty, calls[.gd(0)] === next]
        }
        #expect(facts == [true, true])
    }
}
