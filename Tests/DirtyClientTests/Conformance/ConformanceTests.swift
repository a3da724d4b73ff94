import DirtyClient
import Testing

/// The cases of Tests/Conformance; what they mean is said in the README.md there.
@Suite("Conformance", .serialized)
struct ConformanceTests {
    @Test("the async client", arguments: try ConformanceCase.all())
    func async(_ conformanceCase: ConformanceCase) async throws {
        try await AsyncCaseRunner.run(conformanceCase.steps, socket: ConformanceHost.socket())
    }

    @Test("the blocking client", arguments: try ConformanceCase.all())
    func blocking(_ conformanceCase: ConformanceCase) throws {
        try BlockingCaseRunner.run(conformanceCase.steps, socket: ConformanceHost.socket())
    }

    @Test("there are cases, and few that the clients pass over")
    func cases() throws {
        #expect(try ConformanceCase.all().count > 70)
    }
}
