import ArbiterCore
import DirtyWire
import Logging

/// Calls that are refused because they have killed workers.
extension ArbiterLoop {
    /// Calls with more bytes aren't hashed, and so never refused.
    private static let hashedBytes = 64 << 10

    /// By what the call is known again should it kill workers; nil if it is too long for that, or nobody wants it.
    func fingerprint(_ call: PendingCall, bytes: Int) -> UInt64? {
        configuration.quarantineDeaths > 0 && bytes <= Self.hashedBytes ? call.hash() : nil
    }

    /// What `quarantine` answers.
    func quarantined() -> JSONValue {
        let calls = core.quarantined(now: .now).map { call -> JSONValue in
            [
                "app": .string(name(call.app)),
                "action": killers.action(of: call.fingerprint).map { .string($0) } ?? .null,
                "fingerprint": .string(String(call.fingerprint, radix: 16)),
                "deaths": JSONValue(call.deaths),
                "seconds": .double(call.remaining.seconds),
            ]
        }
        return ["calls": .array(calls)]
    }

    /// Takes the calls of an app again, or all.
    func clearQuarantine(of app: AppID?) {
        core.clearQuarantine(app: app)
        logger.notice("Quarantine cleared", metadata: ["app": "\(app.map(name) ?? "all")"])
    }
}
