// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "embedding",
    dependencies: [
        // In a package of your own: its URL or path; the name is needed only where the folder has another.
        .package(name: "dirty-host", path: "../../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "Embedding",
            dependencies: [
                .product(name: "DirtyArbiter", package: "dirty-host"),
                .product(name: "DirtyClient", package: "dirty-host"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        )
    ]
)
