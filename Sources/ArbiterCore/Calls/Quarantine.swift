/// The calls that have killed workers, by fingerprint: after some deaths a call is refused for a while.
///
/// Bounded: where too many calls are under suspicion, the one that killed longest ago is forgotten.
struct Quarantine: Sendable {
    /// A call that killed.
    private struct Suspect: Hashable {
        let app: AppID
        var deaths: Int
        /// When it killed last.
        var latest: Instant
    }

    /// The most calls remembered at once.
    static let limit = 1024

    /// Deaths after which a call is refused; 0 refuses none.
    private let deaths: Int
    /// How long after its last kill a call is refused, or remembered.
    private let time: Duration
    private var suspects: [UInt64: Suspect] = [:]
    /// How many of them are refused: the call path asks nothing else while there are none.
    private(set) var count = 0

    /// A quarantine after so many deaths, for so long.
    init(deaths: Int, time: Duration) {
        self.deaths = deaths
        self.time = time
    }

    /// When the call may be sent again; nil if it isn't refused.
    func end(of fingerprint: UInt64?, now: Instant) -> Instant? {
        guard count > 0, let fingerprint, let suspect = suspects[fingerprint], suspect.deaths >= deaths else {
            return nil
        }
        let end = suspect.latest + time
        return now < end ? end : nil
    }

    /// The call has killed a worker; whether it is refused from now on, and wasn't.
    mutating func blame(_ fingerprint: UInt64, app: AppID, now: Instant) -> Bool {
        guard deaths > 0 else { return false }
        let time = time
        forget { $0.latest + time <= now }
        if suspects[fingerprint] == nil, suspects.count >= Self.limit,
            let oldest = suspects.min(by: { $0.value.latest < $1.value.latest })?.value.latest
        {
            forget { $0.latest == oldest }
        }
        suspects[fingerprint, default: Suspect(app: app, deaths: 0, latest: now)].deaths += 1
        suspects[fingerprint]?.latest = now
        guard suspects[fingerprint]?.deaths == deaths else { return false }
        count += 1
        return true
    }

    /// Forgets what the app's calls have done, or all calls.
    mutating func clear(app: AppID?) {
        forget { app == nil || $0.app == app }
    }

    /// The calls that are refused, the one that killed last first.
    func refused(now: Instant) -> [QuarantinedCall] {
        suspects
            .filter { $0.value.deaths >= deaths && now < $0.value.latest + time }
            .map { fingerprint, suspect in
                QuarantinedCall(
                    fingerprint: fingerprint,
                    app: suspect.app,
                    deaths: suspect.deaths,
                    remaining: suspect.latest + time - now
                )
            }
            .sorted { ($1.remaining, $0.fingerprint) < ($0.remaining, $1.fingerprint) }
    }

    private mutating func forget(where matches: (Suspect) -> Bool) {
        suspects = suspects.filter { !matches($0.value) }
        count = suspects.values.count { $0.deaths >= deaths }
    }
}

/// A call that is refused because it has killed workers.
public struct QuarantinedCall: Hashable, Sendable {
    /// What tells it from others: see ``IncomingCall/fingerprint``.
    public var fingerprint: UInt64
    /// The app it is for.
    public var app: AppID
    /// The workers that it has killed.
    public var deaths: Int
    /// How long it is refused yet.
    public var remaining: Duration
}
