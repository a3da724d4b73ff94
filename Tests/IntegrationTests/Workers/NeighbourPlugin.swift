import TestSupport

/// A plugin in `plugins/libn.so` that needs `lib/libneighbour.so`, and finds it by `$ORIGIN/../lib`.
enum NeighbourPlugin {
    /// Compiles both into `folder`, in which `plugins` and `lib` are there.
    static func build(in folder: String) throws {
        let sources = "\(Products.repository)/Tests/IntegrationTests/Plugins"
        let include = "-I\(Products.repository)/Sources/CDirtyApp/include"
        try compile(["-o", "\(folder)/lib/libneighbour.so", "\(sources)/neighbour.c"])
        try compile([
            include, "-o", "\(folder)/plugins/libn.so", "\(sources)/with_neighbour.c", "-L\(folder)/lib",
            "-lneighbour", "-Wl,-rpath,$ORIGIN/../lib",
        ])
    }

    private static func compile(_ arguments: [String]) throws {
        let outcome = try Program.run("cc", ["-shared", "-fPIC"] + arguments)
        guard outcome.status == .exited(0) else { throw TestFailure("cc can't compile:\n\(outcome.errors)") }
    }
}
