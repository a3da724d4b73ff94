import DirtyKit
import DirtyKitTesting
import Testing

@testable import Sample

@Suite("Sample")
struct SampleTests {
    @Test("sums are counted")
    func sums() async throws {
        let host = try TestHost(Sample.self)
        #expect(try await host.call("sum", [1, 2.5]) == 3.5)
        #expect(try await host.call("sum", [Double]()) == 0)
        #expect(try await host.call("calls") == 2)
    }

    @Test("bytes come back in reverse order")
    func reverse() async throws {
        let host = try TestHost(Sample.self)
        let bytes: [UInt8] = try await host.call("reverse", [UInt8]([1, 2, 3]))
        #expect(bytes == [3, 2, 1])
    }

    @Test("the mean of nothing is refused")
    func average() async throws {
        let host = try TestHost(Sample.self)
        #expect(try await host.call("average", [1, 2]) == 1.5)
        let error = try await #require(throws: AppError.self) { try await host.call("average", [Double]()) }
        #expect(error.code == "no_numbers")
    }

    @Test("counting goes on until nobody listens")
    func count() async throws {
        let host = try TestHost(Sample.self)
        var heard: [Int] = []
        for try await number in try host.stream("count", as: Int.self) {
            heard.append(number)
            if number == 4 { break }
        }
        #expect(heard == [0, 1, 2, 3, 4])
    }
}
