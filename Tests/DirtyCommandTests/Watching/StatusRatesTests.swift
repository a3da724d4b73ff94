import DirtyWire
import Testing

@testable import DirtyCommand

@Suite("Calls a second")
struct StatusRatesTests {
    private func status(pid: Int = 1, answered: Int, failed: Int = 0, served: Int) -> JSONValue {
        [
            "pid": JSONValue(pid),
            "apps": [["name": "a", "counts": ["answered": JSONValue(answered), "app_errors": JSONValue(failed)]]],
            "workers": [["id": 7, "calls_served": JSONValue(served)]],
        ]
    }

    @Test("they are what counts have grown by, over the time between")
    func growth() {
        let rates = StatusRates(
            from: status(answered: 10, served: 5),
            to: status(answered: 18, failed: 2, served: 6),
            elapsed: .seconds(2)
        )
        #expect(rates.app(["name": "a"]) == 5)
        #expect(rates.worker(["id": 7]) == 0.5)
        #expect(rates.total == 5)
    }

    @Test("what one of two statuses doesn't have, has no rate")
    func unknown() {
        let rates = StatusRates(
            from: status(answered: 1, served: 1),
            to: status(answered: 2, served: 1),
            elapsed: .seconds(1)
        )
        #expect(rates.app(["name": "b"]) == nil)
        #expect(rates.worker(["id": 8]) == nil)
        #expect(StatusRates().total == nil)
    }

    @Test("a host that was started anew has no rates, and no negative ones")
    func restart() {
        let before = status(answered: 100, served: 100)
        #expect(
            StatusRates(from: before, to: status(pid: 2, answered: 1, served: 1), elapsed: .seconds(1)).total == nil
        )
        #expect(StatusRates(from: before, to: status(answered: 1, served: 1), elapsed: .seconds(1)).total == 0)
        #expect(StatusRates(from: before, to: before, elapsed: .zero).total == nil)
    }
}
