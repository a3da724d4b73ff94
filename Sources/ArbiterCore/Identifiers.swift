/// An app: its position in the configuration, stable while the app is configured.
public struct AppID: Hashable, Comparable, Sendable {
    /// The position among the configured apps, counted from 0; never given to another app.
    public let rawValue: Int

    /// Names the app at `rawValue`.
    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Orders apps as configured.
    public static func < (lhs: AppID, rhs: AppID) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

/// A numbered place for a worker; it outlives the workers that fill it one after the other.
public struct SlotID: Hashable, Comparable, Sendable {
    /// The number, counted from 0.
    public let rawValue: Int

    /// Names the slot numbered `rawValue`.
    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Orders slots by number.
    public static func < (lhs: SlotID, rhs: SlotID) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

/// One worker process; never given to another process in the arbiter's life.
public struct WorkerID: Hashable, Comparable, Sendable {
    /// How many workers had been ordered when this one was, itself included.
    public let rawValue: Int

    /// Names the worker ordered as number `rawValue`.
    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Orders workers by age, the oldest first.
    public static func < (lhs: WorkerID, rhs: WorkerID) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

/// One thread of a worker with its own socket pair.
public struct LaneID: Hashable, Sendable {
    /// The worker that the lane is in.
    public let worker: WorkerID
    /// The lane's number within its worker, counted from 0.
    public let index: Int

    /// Names lane `index` of `worker`.
    public init(worker: WorkerID, index: Int) {
        self.worker = worker
        self.index = index
    }
}

/// One client connection; never given to another connection in the arbiter's life.
public struct ClientID: Hashable, Sendable {
    /// How many connections had been accepted when this one was, itself included.
    public let rawValue: Int

    /// Names the connection accepted as number `rawValue`.
    public init(_ rawValue: Int) {
        self.rawValue = rawValue
    }
}

/// One accepted call.
public struct CallID: Hashable, Sendable {
    /// Unique and rising for the arbiter's life, below 2⁴⁸: it orders calls by arrival and travels on lanes.
    public let sequence: UInt64
    /// The call's place in the table of calls: free for another call once this one has ended, so that a
    /// shell may keep what it knows of calls in an array.
    public let index: Int

    /// Names the call `sequence`, kept at `index`.
    public init(sequence: UInt64, index: Int) {
        self.sequence = sequence
        self.index = index
    }
}
