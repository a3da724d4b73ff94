import DirtyKit

/// Why a token names no handle that can be used.
enum HandleProblem {
    /// It isn't written as one.
    case malformed(String)
    /// It is of another kind than the parameter.
    case wrongKind(String, expected: String)
    /// Another worker has it.
    case otherWorker(String, worker: Int, here: Int)
    /// Another app has it, or one of an earlier host.
    case otherMaker(String)
    /// It is no more.
    case ended(String, HandleTable.End)
    /// It has ended so long ago that nobody knows how.
    case stale(String)
    /// A call uses it up, and uses it once more.
    case usedTwice(String)

    /// What the caller is told.
    var error: AppError {
        switch self {
        case .malformed(let token):
            AppError(
                .invalid,
                code: "bad_handle",
                "\"\(token)\" is no handle; pass what an earlier call returned, {\"$handle\": \"KIND:WORKER.NUMBER\"}",
                details: ["handle": .string(token)]
            )
        case .wrongKind(let token, let expected):
            AppError(
                .invalid,
                code: "wrong_handle",
                "\(token) is no handle of the kind \(expected)",
                details: ["handle": .string(token), "expected": .string(expected)]
            )
        case .otherWorker(let token, let worker, let here):
            AppError(
                .notFound,
                code: "foreign_handle",
                "\(token) is a handle of worker \(worker), and this call came to worker \(here): send the same \"affinity\" "
                    + "with the call that makes a handle and with those that use it; if you do, worker \(worker) has ended, and "
                    + "its handles with it",
                details: ["handle": .string(token), "worker": .int(Int64(worker)), "here": .int(Int64(here))]
            )
        case .otherMaker(let token):
            AppError(
                .notFound,
                code: "foreign_handle",
                "\(token) was not made by this app since its host was started",
                details: ["handle": .string(token)]
            )
        case .ended(let token, let end):
            AppError(
                .notFound,
                code: end == .consumed ? "used_handle" : "stale_handle",
                "\(token) \(end.rawValue)",
                details: ["handle": .string(token)]
            )
        case .stale(let token):
            AppError(
                .notFound,
                code: "stale_handle",
                "\(token) is no more",
                details: ["handle": .string(token)]
            )
        case .usedTwice(let token):
            AppError(
                .invalid,
                code: "used_handle",
                "\(token) is used up by this call, so it can't be given to it twice",
                details: ["handle": .string(token)]
            )
        }
    }
}
