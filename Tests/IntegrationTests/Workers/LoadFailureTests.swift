import DirtyWire
import Foundation
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("A plugin that can't be loaded is one clear line")
    struct LoadFailureTests {
        /// Serves `apps` and returns what the host, which must refuse, says.
        private func refusal(_ apps: String...) throws -> String {
            let folder = try TemporaryFolder()
            let outcome = try Program.run(
                Products.path("dirty"),
                ["serve"] + apps + ["--runtime-dir", folder.path + "/run"],
                folder: folder.path
            )
            #expect(outcome.status == .exited(2))
            #expect(outcome.output.isEmpty)
            let left = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/run")) ?? []
            #expect(left.filter { $0 != "lock" }.isEmpty)
            return outcome.errors
        }

        /// Checks that the refusal of the plugin at `path` is one line, with the path and `cause`.
        private func check(_ path: String, says cause: String) throws {
            let lines = try refusal("app=\(path)").split(separator: "\n")
            #expect(lines.count == 1, "\(lines)")
            #expect(lines.first?.contains(path) == true, "\(lines)")
            #expect(lines.first?.lowercased().contains(cause) == true, "\(lines)")
        }

        @Test("no file")
        func missing() throws {
            try check("/nonexistent/libNone.so", says: "no such file")
        }

        @Test("not a shared library")
        func notELF() throws {
            let folder = try TemporaryFolder()
            try check(folder.write("#!/bin/sh\n", to: "libText.so"), says: "elf")
        }

        @Test("of another architecture")
        func otherArchitecture() throws {
            let folder = try TemporaryFolder()
            let path = folder.path + "/libOther.so"
            var bytes = try Data(contentsOf: URL(fileURLWithPath: Products.plugin("Echo")))
            // e_machine of the ELF header: a SPARC.
            bytes[18] = 2
            bytes[19] = 0
            try bytes.write(to: URL(fileURLWithPath: path))
            try check(path, says: "is built for")
        }

        @Test("no plugin at all")
        func noSymbol() throws {
            let plugin = try CPlugin(text: "int nothing;")
            try check(plugin.path, says: "dirty_app_v1")
        }

        @Test("of a newer major")
        func wrongMajor() throws {
            let plugin = try CPlugin(text: "const void *dirty_app_v2(void) { return 0; }")
            try check(plugin.path, says: "dirty_app_v2")
        }

        @Test("with flags that this host must understand and doesn't")
        func unknownFlags() throws {
            let text = """
                #include "dirty_app.h"
                static int32_t open_app(
                    const DirtyHost *h, const char *c, size_t n, void **a, char *e, size_t s) { return 0; }
                static int32_t handle(void *a, const DirtyRequest *r) { return 0; }
                const DirtyApp *dirty_app_v1(void) {
                    static const DirtyApp app = {.struct_size = sizeof(DirtyApp), .flags = 1ull << 40,
                        .name = "x", .version = "1", .open = open_app, .handle = handle};
                    return &app;
                }
                """
            let plugin = try CPlugin(text: text)
            try check(plugin.path, says: "flag")
        }

        @Test("every one that can't be loaded is named, not only the first")
        func all() throws {
            let folder = try TemporaryFolder()
            let (first, second) = (try folder.write("text", to: "libA.so"), try folder.write("", to: "libB.so"))
            let errors = try refusal("a=\(first)", "fine=\(Products.plugin("Echo"))", "b=\(second)")
            #expect(errors.split(separator: "\n").count == 2, "\(errors)")
            #expect(errors.contains(first))
            #expect(errors.contains(second))
        }

        @Test("two apps of one name are refused, naming both")
        func sameName() throws {
            let errors = try refusal("a=\(Products.plugin("Echo"))", "a=\(Products.plugin("Counter"))")
            #expect(errors.contains("libEcho.so"))
            #expect(errors.contains("libCounter.so"))
        }

        @Test("a plugin that doesn't finish opening is killed in time, again and again, and says so")
        func hangingOpen() throws {
            let faults = try Products.plugin("Faults")
            let configuration = """
                dirty_workers: 1
                dirty_init_timeout: 2
                dirty_apps: [{name: slow, path: \(faults), config: {open: hang}}]
                """
            try Host.run([], configuration: configuration, waitsUntilReady: false) { host in
                try host.log.wait(for: "it didn't load its apps in 2.0 s, and was at slow", count: 3)
                try host.log.wait(for: "fail to boot again and again")
                let error = try host.failure(of: "slow", "echo", 1)
                #expect(error.type == "DirtyNoWorkersAvailableError")
                #expect(error.details["cause"] == "crash_looping")
            }
        }
    }
}
