// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "RewardModel",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "martlet", path: "../..")],
  targets: [
    .executableTarget(
      name: "RewardModel", dependencies: [.product(name: "Martlet", package: "martlet")],
      path: "Sources")
  ]
)
