import FFIManifest
import Subprocess
import SystemPackage

/// Runs a C compiler over a probe's programs.
struct HeaderCheck {
    /// The compiler, a name or a path.
    let compiler: String

    /// The most that a compiler may print.
    private static let limitBytes = 16 << 20

    /// Where the manifest and the headers differ, in the manifest's order.
    /// - Throws: ``CommandFailure`` if the compiler can't be run, or fails for reasons of its own.
    func problems(of probe: HeaderProbe) async throws(CommandFailure) -> [ManifestProblem] {
        let outcome = try await compile(probe.program, probe.flags)
        let complaints = CompilerComplaints(outcome.printed)
        var inquiry: CompilerComplaints?
        if let program = probe.inquiry(into: Set(complaints.list.map(\.pointer))) {
            inquiry = CompilerComplaints(try await compile(program, probe.flags).printed)
        }
        let problems = probe.gaps + complaints.problems(with: inquiry)
        if problems.isEmpty, !outcome.isSuccess {
            let lines = complaints.others.isEmpty ? [outcome.printed] : complaints.others
            throw CommandFailure(.usage, ["\(compiler) can't compile the headers:"] + lines.map { "  \($0)" })
        }
        return problems
    }

    private func compile(
        _ program: String,
        _ flags: [String]
    ) async throws(CommandFailure) -> (isSuccess: Bool, printed: String) {
        let arguments = ["-x", "c", "-std=gnu11", "-fsyntax-only", "-w", "-fmax-errors=0"] + flags + ["-"]
        do {
            let executable: Executable = compiler.contains("/") ? .path(FilePath(compiler)) : .name(compiler)
            let result = try await Subprocess.run(
                executable,
                arguments: Arguments(arguments),
                // Messages in English, with quotes that can be told apart.
                environment: .inherit.updating(["LC_ALL": "C"]),
                input: .string(program),
                output: .discarded,
                error: .string(limit: Self.limitBytes)
            )
            return (result.terminationStatus.isSuccess, result.standardError)
        } catch {
            throw CommandFailure(
                .usage,
                "the C compiler \(compiler) can't be run: \(error); install one, or name it with --cc"
            )
        }
    }
}
