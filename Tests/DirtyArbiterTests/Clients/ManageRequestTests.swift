import ArbiterCore
import DirtyWire
import Testing

@testable import DirtyArbiter

@Suite("Manage messages")
struct ManageRequestTests {
    @Test(
        "each operation is read",
        arguments: [
            (["op": "add"], .grow(by: 1)),
            (["op": "remove", "count": 2], .grow(by: -2)),
            (["op": "scale", "workers": 0], .scale(to: 0)),
            (["op": "scale", "delta": -3], .grow(by: -3)),
            (["op": "reload"], .reload(nil)),
            (["op": "reload", "apps": .null], .reload(nil)),
            (["op": "reload", "apps": ["a", "b"]], .reload(["a", "b"])),
            (["op": "restart", "slot": 3], .restart(.slot(SlotID(3)))),
            (["op": "restart", "slot": .null, "pid": 99], .restart(.pid(99))),
            (["op": "stop"], .stop(atOnce: false)),
            (["op": "stop", "now": true], .stop(atOnce: true)),
            (["op": "quarantine", "do": "list"], .listQuarantine),
            (["op": "quarantine", "do": "clear"], .clearQuarantine(app: nil)),
            (["op": "quarantine", "do": "clear", "app": "a"], .clearQuarantine(app: "a")),
        ] as [(JSONValue, ManageRequest)]
    )
    func operations(_ message: JSONValue, _ request: ManageRequest) throws {
        #expect(try ManageRequest(message) == request)
    }

    @Test(
        "a member that isn't what it must be is named",
        arguments: [
            (.null, "op"), ([:], "op"), (["op": 7], "op"), (["op": "explode"], "op"),
            (["op": "add", "count": 0], "count"), (["op": "remove", "count": "two"], "count"),
            (["op": "add", "count": 5000], "count"),
            (["op": "scale"], "workers"), (["op": "scale", "workers": -1], "workers"),
            (["op": "scale", "workers": 4097], "workers"), (["op": "scale", "delta": 0.5], "delta"),
            (["op": "reload", "apps": []], "apps"), (["op": "reload", "apps": "a"], "apps"),
            (["op": "reload", "apps": ["a", 1]], "apps"),
            (["op": "restart"], "slot"), (["op": "restart", "slot": "x"], "slot"),
            (["op": "stop", "now": 1], "now"),
            (["op": "quarantine"], "do"), (["op": "quarantine", "do": "clear", "app": 1], "app"),
        ] as [(JSONValue, String)]
    )
    func mistakes(_ message: JSONValue, _ member: String) {
        let error = #expect(throws: ErrorReply.self) { try ManageRequest(message) }
        #expect(error?.type == .protocol)
        #expect(error?.details["what"] == "wrong_member")
        #expect(error?.message.contains("\"\(member)\"") == true)
    }
}
