import NIOCore
import Synchronization

/// The connections that calls share, made when they are needed.
final class ConnectionPool: Sendable {
    private let location: HostLocation
    private let sharing: MemorySharing
    private let slots: [Slot]
    private let turn = Atomic(0)

    /// A place for one connection, on an event loop of its own.
    private final class Slot: Sendable {
        let loop: any EventLoop
        let connection = Mutex<EventLoopFuture<ClientConnection>?>(nil)

        init(loop: any EventLoop) {
            self.loop = loop
        }
    }

    init(location: HostLocation, sharing: MemorySharing, count: Int, group: any EventLoopGroup) {
        self.location = location
        self.sharing = sharing
        slots = (0..<count).map { _ in Slot(loop: group.any()) }
    }

    /// A connection, in turn, if need be a new one.
    func connection() async throws(DirtyCallError) -> ClientConnection {
        let slot = slots[turn.wrappingAdd(1, ordering: .relaxed).oldValue % slots.count]
        do {
            return try await current(slot).get()
        } catch {
            throw error as? DirtyCallError ?? CallHandler.cause(error)
        }
    }

    /// Closes all connections and returns when they are closed.
    func close() async {
        for connection in takeAll() {
            guard let channel = try? await connection.get().channel else { continue }
            try? await channel.close().get()
        }
    }

    /// Closes all connections without waiting.
    func abandon() {
        for connection in takeAll() {
            connection.whenSuccess { $0.channel.close(promise: nil) }
        }
    }

    private func takeAll() -> [EventLoopFuture<ClientConnection>] {
        slots.compactMap { slot in
            slot.connection.withLock { connection in
                defer { connection = nil }
                return connection
            }
        }
    }

    private func current(_ slot: Slot) -> EventLoopFuture<ClientConnection> {
        let promise = slot.loop.makePromise(of: ClientConnection.self)
        let known = slot.connection.withLock { connection in
            if let connection { return connection as EventLoopFuture<ClientConnection>? }
            connection = promise.futureResult
            return nil
        }
        if let known {
            promise.fail(ChannelError.alreadyClosed)
            return known
        }
        // Not under the lock: connecting calls back.
        let future = promise.futureResult
        ClientConnection.connect(to: location, sharing: sharing, on: slot.loop).cascade(to: promise)
        future.whenComplete { result in
            switch result {
            case .success(let connection):
                connection.channel.closeFuture.whenComplete { _ in Self.forget(future, slot) }
            case .failure:
                Self.forget(future, slot)
            }
        }
        return future
    }

    private static func forget(_ future: EventLoopFuture<ClientConnection>, _ slot: Slot) {
        slot.connection.withLock { connection in
            if connection === future { connection = nil }
        }
    }
}
