#if os(Linux)
  import Foundation
  import MartletTensor
  import Testing

  /// Where workers may run, which changes while they are woken.
  @Suite struct PlacementTests {
    /// In a process of its own, so that no other test keeps the pool of threads busy.
    @Test func workersMayRunWhereTheyCouldBeforeTheySlept() async {
      await #expect(processExitsWith: .success) {
        let before = try PlacementTests.allowedProcessors()
        var draw = Draw(.odd, seed: 5)
        let (a, b) = (draw.normal([300, 200]), draw.normal([400, 200]))
        for threads in [2, 3, 2, 4] {
          CPUExecution.with(threads: threads) {
            for _ in 0..<5 {
              usleep(4000)  // longer than a worker waits before it sleeps
              _ = a.linear(b)
            }
          }
        }
        // A worker goes back as soon as it runs, which it may not have yet.
        var after = try PlacementTests.allowedProcessors()
        for _ in 0..<200 where Set(after) != Set(before) {
          usleep(10000)
          after = try PlacementTests.allowedProcessors()
        }
        #expect(after.count > before.count, "no workers were made")
        #expect(Set(after) == Set(before))
      }
    }

    /// The set of processors of each thread of this process.
    static func allowedProcessors() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { thread in
        let status = try? String(contentsOfFile: "/proc/self/task/\(thread)/status", encoding: .utf8)
        return status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }.map(String.init)
      }
    }
  }
#endif
