import DirtyClient
import Glibc

/// A host's status again and again: as a live table on a terminal, as plain reports or lines of JSON elsewhere.
final class StatusWatch {
    private let client: BlockingDirtyClient
    private let interval: Duration
    private var last: (status: JSONValue, instant: ContinuousClock.Instant)
    private var rates = StatusRates()
    private var trouble: DirtyCallError?

    /// A watch that asks `client` every `interval`, and has been told `first` already.
    init(_ client: BlockingDirtyClient, every interval: Duration, first: JSONValue) {
        self.client = client
        self.interval = interval
        last = (first, .now)
    }

    /// Shows the live table until the user has seen enough; gives the exit code.
    func run(on terminal: Terminal, style: TextStyle) -> Int32 {
        let events = TerminalEvents()
        var order = StatusOrder.name
        var due = ContinuousClock.now + interval
        defer { terminal.leave() }
        while true {
            let isForeground = terminal.isForeground
            if isForeground {
                terminal.enter()
                let size = terminal.size
                let lines = screen(order, style).lines(width: size.width, height: size.height)
                guard terminal.show(lines) else { return 128 + SIGHUP }
            }
            switch events.next(by: due, includingKeys: isForeground) {
            case nil:
                ask()
                due = max(due + interval, .now)
            case .key(let key):
                if key == "q" || key == "Q" { return 0 }
                order = StatusOrder(rawValue: key) ?? order
            case .resized:
                break
            case .suspended:
                terminal.leave()
                raise(SIGSTOP)
            case .resumed:
                terminal.lost()
            case .ended(SIGINT):
                // The way most people leave.
                return 0
            case .ended(0):
                return 128 + SIGHUP
            case .ended(let signal):
                return 128 + signal
            }
        }
    }

    /// Prints reports, or lines of JSON, until stdout is closed or a signal ends the process.
    func print(json: Bool) {
        var due = ContinuousClock.now
        var report: String? = Self.text(last.status, json)
        while true {
            if let report, !StandardStream.output.write(report) { return }
            due = max(due + interval, .now)
            Pause.until(due)
            let wasInTrouble = trouble != nil
            ask()
            report = trouble == nil ? Self.text(last.status, json) : nil
            if let trouble, !wasInTrouble {
                StandardStream.error.write(PrintableText.line("\(trouble.message); trying again"))
            }
        }
    }

    private func screen(_ order: StatusOrder, _ style: TextStyle) -> StatusScreen {
        StatusScreen(
            status: last.status,
            rates: rates,
            order: order,
            trouble: trouble.map { "\($0.message); trying again" },
            style: style
        )
    }

    private static func text(_ status: JSONValue, _ json: Bool) -> String {
        json ? status.description : StatusReport(status).text + "\n"
    }

    private func ask() {
        do throws(DirtyCallError) {
            let status = try client.status(timeout: .seconds(2))
            let now = ContinuousClock.now
            rates = StatusRates(from: last.status, to: status, elapsed: now - last.instant)
            last = (status, now)
            trouble = nil
        } catch {
            trouble = error
            rates = StatusRates()
        }
    }
}
