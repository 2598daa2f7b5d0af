// swift-tools-version: 6.2
import PackageDescription

// The kernels are always optimised: a debug build without this would be a hundred times slower to test.
// Contraction is off because a fused multiply-add is written as one, never left to the compiler's choice.
let kernelFlags = ["-O3", "-ffp-contract=off", "-fno-math-errno", "-fvisibility=hidden"]

let package = Package(
  name: "martlet",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Martlet", targets: ["Martlet"]),
    .library(name: "MartletHub", targets: ["MartletHub"]),
    .executable(name: "martlet", targets: ["MartletCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // Each target may import only those above it in this list.
    .target(name: "MartletKernels", cSettings: [.unsafeFlags(kernelFlags)]),
    .target(name: "MartletTensor", dependencies: ["MartletKernels"]),
    .target(name: "MartletText"),
    // Loads the system's libcurl when it is first needed; libdl is a part of newer C libraries.
    .target(
      name: "MartletTransfer", cSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "MartletHub", dependencies: ["MartletText", "MartletTransfer"]),
    .target(name: "MartletModel", dependencies: ["MartletTensor", "MartletText"]),
    .target(name: "MartletInference", dependencies: ["MartletModel"]),
    .target(name: "MartletTraining", dependencies: ["MartletModel", "MartletInference"]),
    .target(
      name: "Martlet",
      dependencies: [
        "MartletTensor", "MartletText", "MartletModel", "MartletInference", "MartletTraining",
      ]),
    .executableTarget(
      name: "MartletCLI",
      dependencies: [
        "Martlet", "MartletHub", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(
      name: "MartletTensorTests", dependencies: ["MartletKernels", "MartletTensor"]),
    .testTarget(
      name: "MartletTextTests", dependencies: ["MartletText"], exclude: ["Golden"]),
    // A server for tests, of two targets.
    .target(name: "FakeHub", dependencies: ["MartletHub"], path: "Tests/FakeHub"),
    .testTarget(name: "MartletHubTests", dependencies: ["FakeHub", "MartletHub"]),
    .testTarget(
      name: "MartletModelTests", dependencies: ["MartletModel"], exclude: ["Golden"]),
    .testTarget(name: "MartletInferenceTests", dependencies: ["MartletInference"]),
    .testTarget(
      name: "MartletTrainingTests", dependencies: ["MartletTraining"], exclude: ["Golden"]),
    .testTarget(name: "MartletCLITests", dependencies: ["FakeHub", "MartletCLI"]),
  ]
)
