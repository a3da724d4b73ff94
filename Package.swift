// swift-tools-version: 6.3
import PackageDescription

/// Settings of every Swift target of ours: Swift 6 mode, and no warning survives a build.
let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Settings of every C target of ours.
let c: [CSetting] = [.treatAllWarnings(as: .error)]

/// Settings of every C++ target of ours.
let cxx: [CXXSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "dirty-host",
    products: [
        .executable(name: "dirty", targets: ["dirty"]),
        .executable(name: "dirty-worker", targets: ["dirty-worker"]),
        .library(name: "DirtyKit", targets: ["DirtyKit"]),
        .library(name: "DirtyKitTesting", targets: ["DirtyKitTesting"]),
        .library(name: "DirtyClient", targets: ["DirtyClient"]),
        .library(name: "DirtyArbiter", targets: ["DirtyArbiter"]),
        .library(name: "Echo", type: .dynamic, targets: ["Echo"]),
        .library(name: "Counter", type: .dynamic, targets: ["Counter"]),
        .library(name: "Bench", type: .dynamic, targets: ["Bench"]),
        .library(name: "TextSearch", type: .dynamic, targets: ["TextSearch"]),
        .library(name: "Tokens", type: .dynamic, targets: ["Tokens"]),
        .library(name: "Faults", type: .dynamic, targets: ["Faults"]),
        .library(name: "Thumbnail", type: .dynamic, targets: ["Thumbnail"]),
        .library(name: "FFI", type: .dynamic, targets: ["FFI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "CDirtyApp", exclude: ["include/dirty_app.rs"], cSettings: c),
        .target(name: "CDirtyLink", cSettings: c),
        .target(name: "CDirtyLoad", cSettings: c),
        .target(name: "CDirtySDK", cSettings: c),
        .target(name: "DirtyKit", dependencies: ["CDirtyApp"], swiftSettings: swift),
        .target(name: "DirtyKitTesting", dependencies: ["DirtyKit", "CDirtyApp"], swiftSettings: swift),
        .target(name: "DirtyWire", swiftSettings: swift),
        .target(
            name: "ArbiterCore",
            dependencies: [
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: swift
        ),
        .target(
            name: "DirtyArbiter",
            dependencies: [
                "ArbiterCore", "DirtyWire", "CDirtyLink",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ],
            swiftSettings: swift
        ),
        .target(
            name: "CDirtyWorker",
            dependencies: ["CDirtyApp", "CDirtyLink"],
            cSettings: c,
            linkerSettings: [.linkedLibrary("dl"), .linkedLibrary("pthread")]
        ),
        .target(
            name: "DirtyWorker",
            dependencies: ["CDirtyApp", "CDirtyLink", "CDirtyWorker", "DirtyWire"],
            swiftSettings: swift
        ),
        .target(
            name: "DirtyClient",
            dependencies: [
                "CDirtyLink", "DirtyWire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: swift
        ),
        .target(
            name: "DirtyCommand",
            dependencies: [
                "CDirtyLoad", "CDirtySDK", "DirtyArbiter", "DirtyClient", "DirtyWire", "FFIManifest",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swift
        ),
        .executableTarget(name: "dirty", dependencies: ["DirtyCommand"], swiftSettings: swift),
        .executableTarget(name: "dirty-worker", dependencies: ["DirtyWorker"], swiftSettings: swift),

        .target(name: "Echo", dependencies: ["DirtyKit"], path: "Plugins/Echo", swiftSettings: swift),
        .target(name: "Counter", dependencies: ["DirtyKit"], path: "Plugins/Counter", swiftSettings: swift),
        .target(name: "Bench", dependencies: ["DirtyKit"], path: "Plugins/Bench", swiftSettings: swift),
        .target(name: "Tokens", dependencies: ["DirtyKit"], path: "Plugins/Tokens", swiftSettings: swift),
        .target(
            name: "TextSearch",
            dependencies: ["DirtyKit", .product(name: "GRDB", package: "GRDB.swift")],
            path: "Plugins/TextSearch",
            swiftSettings: swift
        ),
        .target(name: "Faults", dependencies: ["CDirtyApp"], path: "Plugins/Faults", cSettings: c),
        .target(
            name: "Thumbnail",
            dependencies: ["CDirtyApp"],
            path: "Plugins/Thumbnail",
            publicHeadersPath: ".",
            cxxSettings: cxx,
            linkerSettings: [.linkedLibrary("turbojpeg"), .linkedLibrary("png")]
        ),
        .target(name: "FFIManifest", swiftSettings: swift),
        .target(name: "CLibFFI", cSettings: c, linkerSettings: [.linkedLibrary("ffi"), .linkedLibrary("dl")]),
        .target(
            name: "FFIApp",
            dependencies: ["CLibFFI", "DirtyKit", "FFIManifest"],
            path: "Plugins/FFI/App",
            swiftSettings: swift
        ),
        .target(
            name: "FFI",
            dependencies: ["DirtyKit", "FFIApp"],
            path: "Plugins/FFI",
            exclude: ["App"],
            swiftSettings: swift
        ),

        .target(name: "CTestSupport", path: "Tests/CTestSupport", cSettings: c),
        .target(
            name: "TestSupport",
            dependencies: ["CDirtyLink", "CTestSupport", "DirtyWire"],
            path: "Tests/TestSupport",
            swiftSettings: swift
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["TestSupport", "DirtyWire"],
            exclude: ["Frozen", "Peers", "Plugins"],
            swiftSettings: swift
        ),
        .testTarget(name: "DirtyWireTests", dependencies: ["DirtyWire"], swiftSettings: swift),
        .testTarget(name: "ArbiterCoreTests", dependencies: ["ArbiterCore"], swiftSettings: swift),
        .testTarget(
            name: "DirtyArbiterTests",
            dependencies: [
                "ArbiterCore", "DirtyArbiter", "DirtyWire", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: swift
        ),
        .testTarget(
            name: "DirtyKitTests",
            dependencies: ["CDirtyApp", "DirtyKit", "DirtyKitTesting"],
            swiftSettings: swift
        ),
        .testTarget(
            name: "TextSearchTests",
            dependencies: ["DirtyKit", "DirtyKitTesting", "TextSearch"],
            swiftSettings: swift
        ),
        .testTarget(name: "FFIManifestTests", dependencies: ["FFIManifest", "DirtyWire"], swiftSettings: swift),
        .testTarget(
            name: "FFITests",
            dependencies: ["DirtyKit", "DirtyKitTesting", "FFIApp", "FFIManifest", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: swift
        ),
        .testTarget(
            name: "DirtyWorkerTests",
            dependencies: ["DirtyWorker", "DirtyWire", "CDirtyLink", "CDirtyApp", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: swift
        ),
        .testTarget(
            name: "DirtyClientTests",
            dependencies: ["DirtyClient", "DirtyWire", "TestSupport", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: swift
        ),
        .testTarget(
            name: "DirtyCommandTests",
            dependencies: [
                "dirty", "DirtyArbiter", "DirtyClient", "DirtyCommand", "DirtyWire", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift
        ),
    ]
)
