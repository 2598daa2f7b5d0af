// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "TrainScoreSample",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "martlet", path: "../..")],
  targets: [
    .executableTarget(
      name: "TrainScoreSample", dependencies: [.product(name: "Martlet", package: "martlet")],
      path: "Sources")
  ]
)
