import DirtyClient
import HTTPTypes
import Hummingbird

/// Turns errors of calls into HTTP responses that say what a client may do about them.
struct DirtyErrors: RouterMiddleware {
    func handle(
        _ request: Request,
        context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as DirtyCallError {
            var headers = HTTPFields()
            if let pause = error.retryAfter {
                headers[.retryAfter] = String(max(1, Int((pause / .seconds(1)).rounded(.up))))
            }
            let body: JSONValue = [
                "error": .string(error.type.rawValue), "message": .string(error.message),
                "executed": .string(error.executed.rawValue),
            ]
            return Response(status: Self.status(of: error.type), headers: headers, json: body)
        }
    }

    /// Who has to do something: the client (4xx), whoever runs the plugins (502), or time (503, 504).
    private static func status(of type: DirtyCallError.Kind) -> HTTPResponse.Status {
        switch type {
        case .app, .arguments: .unprocessableContent
        case .appNotFound: .notFound
        case .overloaded, .noWorkersAvailable, .connection: .serviceUnavailable
        case .timeout: .gatewayTimeout
        default: .badGateway
        }
    }
}
