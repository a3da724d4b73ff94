import DirtyClient
import Hummingbird
import NIOCore

/// The routes, and the calls they make.
struct Routes {
    let client: DirtyClient

    /// All of them, behind what turns calls' errors into responses.
    var router: Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: DirtyErrors())
        let client = client

        // The counter lives in a worker, and so from request to request.
        router.post("counter") { request, _ in
            let by = request.uri.queryParameters.get("by", as: Int.self) ?? 1
            let value = try await client.call("counter", "increment", by, timeout: .seconds(5))
            return Response(json: value)
        }

        router.post("echo") { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            guard let value = try? JSONValue(parsing: Array(body.readableBytesView)) else {
                throw HTTPError(.badRequest, message: "the body is not JSON")
            }
            return Response(json: try await client.call("echo", "echo", value, timeout: .seconds(5)))
        }

        // A line a number, as the plugin makes them: a client that reads slowly holds the plugin back, and one that leaves
        // cancels the call.
        router.get("count/:limit") { _, context in
            let limit = try context.parameters.require("limit", as: Int.self)
            let numbers = client.stream("echo", "count_to", limit, as: Int.self)
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain"],
                body: ResponseBody { writer in
                    for try await number in numbers {
                        try await writer.write(ByteBuffer(string: "\(number)\n"))
                    }
                    try await writer.finish(nil)
                }
            )
        }

        router.get("health") { _, _ in
            let status = try await client.status()
            return Response(status: status["ready"] == true ? .ok : .serviceUnavailable, json: status)
        }
        return router
    }
}

extension Response {
    /// A response whose body is a value as JSON.
    init(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], json value: JSONValue) {
        var headers = headers
        headers[.contentType] = "application/json"
        self.init(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.serialized()))
        )
    }
}
