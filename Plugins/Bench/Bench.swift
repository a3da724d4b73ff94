// Bench: the work of Gunicorn's benchmark app, action by action, so that both hosts can be measured alike.
//
//   Bench.swift        the app and its actions
//   Work.swift         sleeping and computing for a given time
//   Statistics.swift   what `stats` counts
//   Answers.swift      what the actions return

import DirtyKit

/// Sleeps, computes and makes payloads on request.
///
/// Concurrent: one instance sleeps on as many lanes as the worker has.
final class Bench: ConcurrentDirtyApp {
    static let about = "Sleeps, computes and makes payloads on request, for measurements."

    private let statistics = Statistics()

    init(context: AppContext) {}

    static var actions: Actions<Bench> {
        Action("health", about: "Says that the app answers.") { _ in ["status": "ok"] }
        Action("sleep_task", about: "Sleeps.", Parameter("duration_ms", Double.self)) { try $0.sleep(milliseconds: $1) }
        Action(
            "cpu_task",
            about: "Computes for a time.",
            Parameter("duration_ms", Double.self),
            Parameter("intensity", default: 1.0, about: "Work between two looks at the clock.")
        ) { try $0.compute(milliseconds: $1, intensity: $2) }
        Action(
            "mixed_task",
            about: "Sleeps, then computes.",
            Parameter("sleep_ms", Double.self),
            Parameter("cpu_ms", Double.self),
            Parameter("intensity", default: 1.0, about: "Work between two looks at the clock.")
        ) { try $0.mix(sleep: $1, cpu: $2, intensity: $3) }
        Action(
            "payload_task",
            about: "A text of the given size, after a sleep.",
            Parameter("size_bytes", Int.self),
            Parameter("duration_ms", default: 0.0)
        ) { try $0.payload(bytes: $1, after: $2) }
        Action("echo_task", about: "The payload and its size.", Parameter("payload", RawJSON.self)) { $0.echo($1) }
        StreamingAction(
            "stream_task",
            about: "Texts of the given size.",
            Parameter("chunks", default: 10),
            Parameter("size_bytes", default: 1024)
        ) { try $0.stream(to: $1, chunks: $2, bytes: $3) }
        Action("stats", about: "Calls and times since the last reset.") { $0.statistics.totals }
        Action("reset_stats", about: "Forgets calls and times.") { bench in
            bench.statistics.reset()
            return ["reset": true]
        }
    }

    private func sleep(milliseconds: Double) throws -> SleepAnswer {
        statistics.countCall()
        try Work.sleep(milliseconds: milliseconds)
        statistics.add(sleep: milliseconds)
        return SleepAnswer(slept_ms: milliseconds)
    }

    private func compute(milliseconds: Double, intensity: Double) throws -> ComputeAnswer {
        statistics.countCall()
        let done = try Work.compute(milliseconds: milliseconds, intensity: intensity)
        statistics.add(cpu: done.milliseconds)
        return ComputeAnswer(
            iterations: done.rounds,
            target_ms: milliseconds,
            actual_ms: done.milliseconds,
            intensity: intensity
        )
    }

    private func mix(sleep: Double, cpu: Double, intensity: Double) throws -> MixedAnswer {
        statistics.countCall()
        try Work.sleep(milliseconds: sleep)
        statistics.add(sleep: sleep)
        let done = try Work.compute(milliseconds: cpu, intensity: intensity)
        statistics.add(cpu: done.milliseconds)
        return MixedAnswer(
            sleep_ms: sleep,
            cpu_iterations: done.rounds,
            target_cpu_ms: cpu,
            actual_cpu_ms: done.milliseconds,
            total_ms: sleep + done.milliseconds
        )
    }

    private func payload(bytes: Int, after sleep: Double) throws -> PayloadAnswer {
        statistics.countCall()
        try Work.sleep(milliseconds: sleep)
        statistics.add(sleep: sleep)
        return PayloadAnswer(data: try Work.text(bytes: bytes), size: bytes)
    }

    private func echo(_ payload: RawJSON) -> EchoAnswer {
        statistics.countCall()
        return EchoAnswer(echoed_size: payload.text.count, payload: payload)
    }

    private func stream(to out: StreamWriter, chunks: Int, bytes: Int) throws {
        statistics.countCall()
        guard chunks >= 0 else { throw AppError(.invalid, "chunks must not be negative, got \(chunks)") }
        let text = try Work.text(bytes: bytes)
        for _ in 0..<chunks { try out.write(text) }
    }
}

/// What the host loads.
@c(dirty_app_v1) public func dirtyApp() -> UnsafeRawPointer { export(Bench.self) }
