import DirtyWire
import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    @Suite("In a container")
    struct ContainerTests {
        /// Whether this machine lets a test make namespaces.
        static let hasNamespaces =
            (try? Program.run("unshare", ["--pid", "--fork", "--mount-proc", "true"]))?.status == .exited(0)

        /// Becomes PID 1 of a new namespace, in which `/proc` shows its processes alone.
        private static let asFirst = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]

        /// What the host sees as its root; nothing in it can be written to but the runtime directory.
        enum Root: String, CaseIterable {
            /// This machine's.
            case ours
            /// One with the programs, the libraries that they are linked to, `/dev/null` and `/proc`, and no other file.
            case bare

            /// The commands that make it, in a mount namespace of their own, and say how to go there.
            func script(in folder: TemporaryFolder) throws -> String {
                let (root, runtime) = (folder.path + "/root", folder.path + "/run")
                let bind = "mount --bind \(runtime) \(runtime) && mount -o remount,bind,ro / || exit 9"
                guard self == .bare else {
                    return bind + "; enter='setpriv --reuid 54321 --regid 54321 --clear-groups'"
                }
                let files = try ["dirty", "dirty-worker", "libEcho.so", "libFaults.so"].map { try Products.path($0) }
                return """
                    root=\(root); mkdir $root && mount -t tmpfs none $root || exit 9
                    for file in \(files.joined(separator: " ")) /dev/null; do
                        for each in $file $(ldd $file 2>/dev/null | grep -o '/[^ ]*'); do
                            mkdir -p $root$(dirname $each) && touch $root$each && mount --bind $each $root$each || exit 9
                        done
                    done
                    mkdir -p $root/proc $root\(runtime) && mount -t proc none $root/proc || exit 9
                    mount --bind \(runtime) $root\(runtime) && mount -o remount,ro $root || exit 9
                    enter="chroot --userspec 54321:54321 $root"
                    """
            }
        }

        /// Becomes a host with nothing but the runtime directory to write to, no HOME, and a user id that nobody has heard of.
        private static func locked(_ root: Root, _ folder: TemporaryFolder) throws -> [String] {
            let runtime = folder.path + "/run"
            try FileManager.default.createDirectory(atPath: runtime, withIntermediateDirectories: false)
            chown(runtime, 54321, 54321)
            chmod(folder.path, 0o755)
            let script = """
                \(try root.script(in: folder))
                unset HOME
                exec $enter "$@"
                """
            return ["unshare", "--mount", "sh", "-c", script, "locked"]
        }

        /// A plugin whose `leave` has a child leave a child of its own behind, and returns that one's id once it is over.
        private static let leaving = """
            #include "dirty_app.h"
            #include <unistd.h>
            #include <sys/wait.h>
            static int32_t start(const DirtyHost *h, const char *c, size_t n, void **app, char *e, size_t m) {
                (void)h, (void)c, (void)n, (void)e, (void)m;
                *app = &start;
                return DIRTY_OK;
            }
            static int32_t handle(void *app, const DirtyRequest *request) {
                (void)app, (void)request;
                pid_t child = fork();
                if (child == 0) {
                    if (fork() == 0) {
                        // Waits until it is an orphan.
                        while (getppid() != 1) usleep(1000);
                        _exit(7);
                    }
                    _exit(0);
                }
                waitpid(child, NULL, 0);
                return DIRTY_OK;
            }
            static void stop(void *app) { (void)app; }
            static const DirtyApp app = {.struct_size = sizeof(DirtyApp), .name = "leaving", .version = "1",
                                         .open = start, .handle = handle, .close = stop};
            const DirtyApp *dirty_app_v1(void) { return &app; }
            """

        /// The host's own process, which the launcher has started; its id outside the namespace.
        private func arbiter(of host: TestSupport.Host) throws -> pid_t {
            let dirty = try Products.path("dirty")
            return try #require(
                host.processes.first { ProcessTable.file("cmdline", of: $0).hasPrefix(dirty + "\0serve") }
            )
        }

        /// The children of `pid` that have ended and were not waited for.
        private func zombies(of pid: pid_t) -> Int {
            ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }.count {
                child in
                let fields =
                    ProcessTable.file("stat", of: child).split(separator: ")").last?.split(separator: " ") ?? []
                return fields.count > 1 && fields[0] == "Z" && fields[1] == "\(pid)"
            }
        }

        @Test("as PID 1 it reaps what plugins leave behind, and loses no worker's exit", .enabled(if: hasNamespaces))
        func orphans() throws {
            let plugin = try CPlugin(text: Self.leaving)
            let apps = ["leaving=\(plugin.path)", "faults"]
            try Host.run(apps, ["--dirty-workers", "2", "--dirty-quarantine", "0"], launcher: Self.asFirst) { host in
                let status = try host.status()
                #expect(status["pid"] == 1)
                let pid = try arbiter(of: host)
                for turn in 0..<20 {
                    #expect(try host.call("leaving", "leave") == .null)
                    guard turn % 5 == 0 else { continue }
                    // A worker that crashes is ours to be waited for, and its end is told as ever.
                    #expect(try host.failure(of: "faults", "abort").details["signal"] == 6)
                }
                let deadline = ContinuousClock.now + .seconds(20)
                while zombies(of: pid) > 0, .now < deadline { usleep(20_000) }
                #expect(zombies(of: pid) == 0)
                try host.status { $0["ready"] == true }
                kill(pid, SIGTERM)
                #expect(try host.program.wait() == .exited(0))
            }
        }

        @Test("as PID 1 it takes every signal as it does elsewhere", .enabled(if: hasNamespaces))
        func signals() throws {
            try Host.run(["echo"], ["--dirty-workers", "1"], launcher: Self.asFirst) { host in
                let pid = try arbiter(of: host)
                kill(pid, SIGTTIN)
                try host.status { $0["ready"] == true && $0["workers"]?.arrayValue?.count == 2 }
                kill(pid, SIGTTOU)
                try host.status { $0["workers"]?.arrayValue?.count == 1 }
                kill(pid, SIGQUIT)
                #expect(try host.program.wait() == .exited(0))
            }
        }

        @Test(
            "on a read-only root, as a user without a name, a home or any capability, it serves",
            .enabled(if: hasNamespaces),
            arguments: Root.allCases
        )
        func lockedDown(root: Root) throws {
            let folder = try TemporaryFolder()
            let launcher = try Self.locked(root, folder)
            let host = try Host(["echo", "faults"], ["--dirty-workers", "2"], launcher: launcher, folder: folder)
            do {
                try host.program.output.wait(for: "DIRTY_SOCKET=")
                #expect(try host.call("echo", "echo", 1) == 1)
                #expect(try host.failure(of: "faults", "abort").details["signal"] == 6)
                let status = ProcessTable.file("status", of: host.program.pid)
                #expect(status.contains("Uid:\t54321\t54321\t54321\t54321"))
                #expect(status.contains("CapEff:\t0000000000000000"))
                #expect(!ProcessTable.file("environ", of: host.program.pid).contains("HOME="))
                host.program.signal(SIGTERM)
                #expect(try host.program.wait() == .exited(0))
                try host.end()
            } catch {
                try? host.end()
                throw TestFailure("\(error)\nThe host's log:\n\(host.log.text.suffix(8192))")
            }
        }
    }
}
