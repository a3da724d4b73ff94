// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "Sample",
    products: [.library(name: "Sample", type: .dynamic, targets: ["Sample"])],
    dependencies: [.package(name: "dirty-host", path: "../../../..")],
    targets: [
        .target(name: "Sample", dependencies: [.product(name: "DirtyKit", package: "dirty-host")]),
        .testTarget(
            name: "SampleTests",
            dependencies: ["Sample", .product(name: "DirtyKitTesting", package: "dirty-host")]
        ),
    ]
)
