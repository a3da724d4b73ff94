import DirtyWire
import TestSupport
import Testing

extension IntegrationTests {
    /// 25.0 speaks JSON frames, 25.1 and later GD frames.
    @Suite(
        "Gunicorn's own client, unmodified",
        .enabled(
            if: PeerPrograms.has("gunicorn-25.0.1") && PeerPrograms.has("gunicorn-27.0.1"),
            "Gunicorn isn't there; Scripts/test installs it in .build/venvs"
        )
    )
    struct GunicornTests {
        private static let versions = ["25.0.1", "27.0.1"]

        /// What a scenario of gunicorn_client.py prints.
        private func result(of scenario: String, with version: String) throws -> JSONValue {
            var value = JSONValue.null
            try Host.run(
                ["echo", "counter:1", "bench", "faults"],
                "--dirty-workers",
                "4",
                "--dirty-timeout",
                "1"
            ) { host in
                let outcome = try PeerPrograms.run(
                    "gunicorn_client.py",
                    [scenario, host.socketPath],
                    with: "gunicorn-\(version)"
                )
                #expect(outcome.status == .exited(0), "\(outcome.errors)")
                value = try JSONValue(parsing: outcome.output)
            }
            return value
        }

        @Test("execute", arguments: versions)
        func execute(version: String) throws {
            #expect(try result(of: "execute", with: version) == ["echo": true, "by_name": 41, "again": 42])
        }

        @Test("stream", arguments: versions)
        func stream(version: String) throws {
            #expect(try result(of: "stream", with: version) == ["chunks": [1, 2, 3, 4, 5], "after": "after"])
        }

        @Test("a stream that was left early never answers a later call", arguments: versions)
        func leftStream(version: String) throws {
            let answers = try #require(try result(of: "left_stream", with: version).arrayValue)
            #expect(answers.allSatisfy { $0 == "mine" || $0.stringValue?.hasPrefix("Dirty") == true }, "\(answers)")
            #expect(answers.last == "mine")
        }

        @Test("execute_async and stream_async", arguments: versions)
        func asynchronous(version: String) throws {
            let result = try result(of: "asynchronous", with: version)
            #expect(result == ["value": ["a": [1]], "chunks": [1, 2, 3, 4], "many": true])
        }

        @Test("errors arrive as the right classes, with their attributes", arguments: versions)
        func errors(version: String) throws {
            let errors = try result(of: "errors", with: version)
            let notFound = try #require(errors["not_found"])
            #expect(notFound["class"] == "DirtyAppNotFoundError")
            #expect(notFound["app_path"] == "nobody")

            let app = try #require(errors["app"])
            #expect(app["class"] == "DirtyAppError")
            #expect(app["app_path"] == "counter")
            #expect(app["action"] == "increment")
            #expect(app["executed"] == "yes")
            #expect(errors["unknown_action"]?["class"] == "DirtyAppError")
            #expect(errors["unknown_action"]?["action"] == "explode")

            let timeout = try #require(errors["timeout"])
            #expect(timeout["class"] == "DirtyTimeoutError")
            #expect(timeout["timeout"] == 1.0)
            #expect(timeout["executed"] == "maybe")

            let worker = try #require(errors["worker"])
            #expect(worker["class"] == "DirtyWorkerError")
            #expect(worker["worker_id"]?.intValue != nil)
            #expect(worker["traceback"]?.stringValue?.contains("libFaults.so") == true)
        }

        @Test("1,000 calls from 50 threads are all answered", arguments: versions)
        func threads(version: String) throws {
            #expect(try result(of: "threads", with: version) == ["right": 1000])
        }
    }
}
