import FFIManifest

/// Manifests for parts of the plugin, without libraries of their own.
enum Manifests {
    /// One kind of handles that nothing frees.
    static func handles(timeToLive: Double) throws -> Manifest {
        try Manifest(
            .object([
                .init("dirty_ffi", .int(1)),
                .init("libraries", .object([.init("c", .object([.init("soname", .string("libc.so.6"))]))])),
                .init(
                    "handles",
                    .object([
                        .init("thing", .object([.init("lib", .string("c")), .init("ttl_s", .double(timeToLive))]))
                    ])
                ),
                .init(
                    "functions",
                    .object([
                        .init(
                            "getpid",
                            .object([
                                .init("lib", .string("c")), .init("params", .array([])),
                                .init("result", .object([.init("type", .string("c_int"))])),
                            ])
                        )
                    ])
                ),
            ])
        )
    }
}
