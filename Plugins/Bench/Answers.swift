import DirtyKit

// The members' names are those of Gunicorn's benchmark app: whoever measures both reads the same answers.

/// What `sleep_task` returns.
struct SleepAnswer: Encodable {
    let slept_ms: Double
}

/// What `cpu_task` returns.
struct ComputeAnswer: Encodable {
    let iterations: Int
    let target_ms: Double
    let actual_ms: Double
    let intensity: Double
}

/// What `mixed_task` returns.
struct MixedAnswer: Encodable {
    let sleep_ms: Double
    let cpu_iterations: Int
    let target_cpu_ms: Double
    let actual_cpu_ms: Double
    let total_ms: Double
}

/// What `payload_task` returns.
struct PayloadAnswer: Encodable {
    let data: String
    let size: Int
}

/// What `echo_task` returns.
struct EchoAnswer: Encodable {
    /// Bytes of the payload as JSON text.
    let echoed_size: Int
    let payload: RawJSON
}

/// What `stats` returns.
struct Totals: Encodable {
    var call_count = 0
    var total_sleep_ms = 0.0
    var total_cpu_ms = 0.0
}
