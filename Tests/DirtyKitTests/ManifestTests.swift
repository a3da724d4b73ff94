import DirtyKit
import DirtyKitTesting
import Testing

@Suite("Manifests")
struct ManifestTests {
    @Test("a manifest says all that was registered")
    func golden() throws {
        let manifest = String(decoding: try TestHost.manifest(of: Documented.self).text, as: UTF8.self)
        #expect(
            manifest == """
                {"doc":"Does \\"things\\".","actions":[\
                {"name":"plain","parameters":[],"returns":null,"streams":false,"async":false},\
                {"name":"scale","doc":"Scales an image.","parameters":[\
                {"name":"image","type":"bytes","required":true},\
                {"name":"width","doc":"In pixels.","type":"integer","required":false,"default":128},\
                {"name":"title","type":"string or null","required":false},\
                {"name":"tags","type":"array of string","required":false,"default":["a"]},\
                {"name":"mode","type":"one of fast, fine","required":false,"default":"fast"},\
                {"name":"box","type":"Box","required":true},\
                {"name":"rest","type":"object of any","required":true}],\
                "returns":"bytes","streams":false,"async":true},\
                {"name":"count","parameters":[],"returns":"integer","streams":true,"async":false},\
                {"name":"write","parameters":[],"returns":null,"streams":true,"async":true}]}
                """
        )
    }

    @Test("an app's manifest can be had without making the app")
    func withoutInstance() throws {
        #expect(try TestHost.manifest(of: Unmakeable.self).decode(as: JSON.self)["actions"]?[0]?["name"] == "only")
    }
}

/// An app with everything a manifest can show.
private final class Documented: DirtyApp {
    struct Box: Codable {
        var side: Int
    }

    enum Mode: String, Codable, CaseIterable { case fast, fine }

    static let about = "Does \"things\"."

    init(context: AppContext) {}

    static var actions: Actions<Documented> {
        Action("plain") { _ in }
        Action(
            "scale",
            about: "Scales an image.",
            Parameter("image", [UInt8].self),
            Parameter("width", default: 128, about: "In pixels."),
            Parameter("title", String?.self),
            Parameter("tags", default: ["a"]),
            Parameter("mode", default: Mode.fast),
            Parameter("box", Box.self),
            Parameter("rest", [String: JSON].self)
        ) { _, image, _, _, _, _, _, _ in
            await Task.yield()
            return image
        }
        StreamingAction("count") { _ in 1...3 }
        StreamingAction("write") { _, out in try await out.write(1) }
    }
}

/// An app that can't be made.
private final class Unmakeable: DirtyApp {
    init(context: AppContext) throws { throw AppError("never") }

    static var actions: Actions<Unmakeable> {
        Action("only") { _ in }
    }
}
