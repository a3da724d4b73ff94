import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("The plugin Thumbnail")
    struct ThumbnailTests {
        /// Calls an action; returns its result and the bytes that came with it.
        private func call(
            _ connection: Connection,
            _ action: String,
            _ image: [UInt8]? = nil,
            _ keywords: JSONObject = [:]
        ) throws -> (result: JSONValue, bytes: [UInt8]) {
            let request = JSONValue.request(
                1,
                "thumbnail",
                action,
                image == nil ? [] : [["$attachment": 0]],
                with: ["attachments": .array(image.map { [JSONValue($0.count)] } ?? []), "kwargs": .object(keywords)]
            )
            try connection.send(request, attachments: image.map { [$0] } ?? [])
            let reply = try connection.receive()
            return (try reply.result(), reply.attachments.first ?? [])
        }

        private func isPNG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) }
        private func isJPEG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xff, 0xd8, 0xff]) }

        @Test("a picture is made to fit, in its own format or another", arguments: ["png", "jpeg"])
        func fits(format: String) throws {
            try Host.run(["thumbnail"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let size: JSONObject = ["width": 900, "height": 300, "format": .string(format)]
                let picture = try call(connection, "paint", nil, size).bytes
                #expect(isPNG(picture) == (format == "png"))
                #expect(
                    try call(connection, "measure", picture).result
                        == ["format": .string(format), "width": 900, "height": 300]
                )

                let (same, small) = try call(connection, "thumbnail", picture)
                #expect(same["width"] == 256)
                #expect(same["height"] == 85)
                #expect(same["format"]?.stringValue == format)
                #expect(same["image"] == ["$attachment": 0])
                #expect(isPNG(small) == (format == "png"))
                #expect(small.count < picture.count)
                #expect(try call(connection, "measure", small).result["height"] == 85)

                let other = format == "png" ? "jpeg" : "png"
                let (result, bytes) = try call(
                    connection,
                    "thumbnail",
                    picture,
                    ["max_width": 4000, "max_height": 30, "format": .string(other), "quality": 50]
                )
                #expect(result["width"] == 90)
                #expect(result["height"] == 30)
                #expect(isJPEG(bytes) == (other == "jpeg"))
            }
        }

        @Test("a picture is never made larger, and a thin one keeps a pixel")
        func extremes() throws {
            try Host.run(["thumbnail"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let tiny = try call(connection, "paint", nil, ["width": 3, "height": 2]).bytes
                #expect(try call(connection, "thumbnail", tiny).result["width"] == 3)
                let thin = try call(connection, "paint", nil, ["width": 2000, "height": 1]).bytes
                let result = try call(connection, "thumbnail", thin, ["max_width": 10]).result
                #expect(result["width"] == 10)
                #expect(result["height"] == 1)
            }
        }

        @Test("a camera's orientation is heeded: a sideways JPEG comes out upright")
        func orientation() throws {
            try Host.run(["thumbnail"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let jpeg = try call(connection, "paint", nil, ["width": 400, "height": 200, "format": "jpeg"]).bytes
                // Behind the start of the image: an Exif segment with one entry, "orientation: 6".
                let tiff: [UInt8] = [
                    0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
                ]
                let body = Array("Exif\0\0".utf8) + tiff
                let segment = [0xff, 0xe1, 0, UInt8(body.count + 2)] + body
                let sideways = jpeg[..<2] + segment + jpeg[2...]
                let measured = try call(connection, "measure", Array(sideways)).result
                #expect(measured["width"] == 200)
                #expect(measured["height"] == 400)
                let result = try call(connection, "thumbnail", Array(sideways), ["max_height": 100]).result
                #expect(result["width"] == 50)
                #expect(result["height"] == 100)
            }
        }

        @Test("clients that know no attachments send and get base64")
        func base64() throws {
            try Host.run(["thumbnail"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let painted = try connection.call("thumbnail", "paint")
                let image = try #require(painted["image"])
                #expect(image["$base64"]?.stringValue?.hasPrefix("iVBORw0KGgo") == true)
                let small = try connection.call("thumbnail", "thumbnail", image, 64)
                #expect(small["width"] == 64)
                #expect(small["height"] == 48)
            }
        }

        @Test("what is no picture, or a broken one, is refused, and the worker goes on")
        func broken() throws {
            try Host.run(["thumbnail"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let pids = try host.workerPIDs()
                let png = try call(connection, "paint").bytes
                let jpeg = try call(connection, "paint", nil, ["format": "jpeg"]).bytes
                var flipped = png
                flipped[png.count / 2] ^= 0xff
                for bytes in [
                    [], [1, 2, 3], Array(png[..<40]), Array(jpeg[..<40]), Array(png[..<(png.count / 2)]), flipped,
                ] {
                    let error = try #require(throws: CallError.self) { try call(connection, "thumbnail", bytes) }
                    #expect(error.details["status_name"] == "E_INVALID")
                    #expect(error.details["code"] == "bad_picture")
                }
                // A JPEG that was cut short still shows its upper part.
                #expect(try call(connection, "thumbnail", Array(jpeg[..<(jpeg.count / 2)])).result["width"] == 256)
                try host.log.wait(for: "an odd JPEG")
                #expect(try call(connection, "thumbnail", png).result["width"] == 256)
                #expect(try host.workerPIDs() == pids)
            }
        }

        @Test("a broken JPEG spoils none that comes after it")
        func brokenBefore() throws {
            try Host.run(["thumbnail"], "--dirty-workers", "1") { host in
                let connection = try host.connect()
                let jpeg = try call(connection, "paint", nil, ["format": "jpeg"]).bytes
                for marker: UInt8 in [0xc0, 0xc4, 0xdb] {
                    let segment = try #require(
                        jpeg.indices.dropLast().first { jpeg[$0...].starts(with: [0xff, marker]) }
                    )
                    var broken = jpeg
                    for index in 4..<20 { broken[segment + index] = 0xff }
                    let error = try #require(throws: CallError.self) { try call(connection, "thumbnail", broken) }
                    #expect(error.details["status_name"] != "E_INTERNAL")
                    #expect(try call(connection, "thumbnail", jpeg).result["width"] == 256)
                }
            }
        }

        @Test("a bomb is refused by its header: few bytes that promise many pixels, or too many bytes")
        func bombs() throws {
            let plugin = try Products.plugin("Thumbnail")
            let configuration = """
                dirty_workers: 1
                dirty_apps: [{name: thumbnail, path: \(plugin), config: {max_pixels: 1000000, max_bytes: 200000}}]
                """
            try Host.run([], configuration: configuration) { host in
                let connection = try host.connect()
                // The header of a PNG of 30000 x 30000 pixels, with its checksum; nothing behind it is looked at.
                let header: [UInt8] = [
                    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0x75,
                    0x30,
                    0, 0, 0x75, 0x30, 8, 6, 0, 0, 0,
                ]
                let bomb =
                    header + Self.checksum(header[12...]) + [
                        0, 0, 0, 0, 0x49, 0x44, 0x41, 0x54, 0x35, 0xaf, 0x06, 0x1e,
                    ]
                let pixels = try #require(throws: CallError.self) { try call(connection, "thumbnail", bomb) }
                #expect(pixels.details["status_name"] == "E_TOO_LARGE")
                #expect(pixels.message.contains("30000 x 30000 pixels"))
                #expect(pixels.message.contains("max_pixels: 1000000"))
                let bytes = try #require(throws: CallError.self) {
                    try call(connection, "measure", [UInt8](repeating: 0, count: 200_001))
                }
                #expect(bytes.details["code"] == "too_large")
                let painted = try #require(throws: CallError.self) {
                    try call(connection, "paint", nil, ["width": 1001, "height": 1000])
                }
                #expect(painted.details["code"] == "too_large")
            }
        }

        @Test("wrong arguments are told by name, with what is taken and what came")
        func arguments() throws {
            try Host.run(["thumbnail"], "--dirty-workers", "1") { host in
                let png = try host.call("thumbnail", "paint")["image"] ?? .null
                func refusal(_ arguments: JSONValue...) throws -> String {
                    let error = try host.connect().ask(.request(1, "thumbnail", "thumbnail", arguments)).requireError()
                    #expect(error.details["status_name"] == "E_INVALID")
                    return error.message
                }
                #expect(try refusal(png, 0) == "max_width must be a whole number from 1 to 8192, got 0")
                #expect(try refusal(png, 1.5) == "max_width must be a whole number from 1 to 8192, got 1.5")
                #expect(try refusal(png, "x") == "max_width must be a whole number from 1 to 8192, got \"x\"")
                #expect(try refusal(png, 1, 1, "gif") == "format must be jpeg or png, got gif")
                #expect(try refusal(png, 1, 1, .null, 101) == "quality must be a whole number from 1 to 100, got 101")
                #expect(try refusal(png, 1, 1, 1, 1, 1).hasSuffix("quality; got 6 arguments"))
                #expect(try refusal().hasPrefix("image must be bytes"))
                #expect(try refusal("text").hasSuffix("got \"text\""))
                #expect(try refusal(["$attachment": 0]).hasPrefix("image must be bytes"))
                #expect(try refusal(["$base64": "!"]).hasPrefix("image must be bytes"))
                let unknown = JSONValue.request(1, "thumbnail", "paint", with: ["kwargs": ["depth": 3]])
                #expect(
                    try host.connect().ask(unknown).requireError().message
                        == "paint takes width height format; there is no depth"
                )
                let twice = JSONValue.request(1, "thumbnail", "paint", [1], with: ["kwargs": ["width": 3]])
                #expect(try host.connect().ask(twice).requireError().message == "width was given twice")
            }
        }

        /// PNG's checksum, CRC-32.
        private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            var crc: UInt32 = .max
            for byte in bytes {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 1 ? 0xedb8_8320 ^ (crc >> 1) : crc >> 1 }
            }
            return withUnsafeBytes(of: (~crc).bigEndian, Array.init)
        }
    }
}
