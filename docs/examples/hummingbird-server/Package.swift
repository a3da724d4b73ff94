// swift-tools-version: 6.3
import PackageDescription

/// An HTTP server whose routes call plugins.
///
/// In a package of your own, depend on Dirty Host by its repository's URL.
let package = Package(
    name: "hummingbird-server",
    dependencies: [
        // The name keeps the folder's own out of it.
        .package(name: "dirty-host", path: "../../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "HTTPServer",
            dependencies: [
                .product(name: "DirtyClient", package: "dirty-host"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
        )
    ]
)
