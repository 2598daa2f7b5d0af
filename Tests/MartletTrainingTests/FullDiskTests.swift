import MartletModel
import MartletText
import Testing

@testable import MartletTraining

#if canImport(Glibc)
  import Glibc
#endif

/// When the disk is full, the error names the file and the last save stays as it was.
@Suite struct FullDiskTests {
  #if os(Linux)
    /// Linux keeps a file that is always full.
    @Test func metricsOnAFullDisk() throws {
      try TestRuns.withRun { directory, recipe in
        let run = "\(directory)/run"
        let training = try LanguageModelTraining(recipe, output: run)
        _ = try training.run(shouldStop: { training.trainer.step == 7 })
        let state = try FileSystem.read("\(run)/state.safetensors")
        let resumed = try LanguageModelTraining(resuming: run)
        try FileSystem.removeFile("\(run)/metrics.jsonl")
        #expect(symlink("/dev/full", "\(run)/metrics.jsonl") == 0)
        expectError("\(run)/metrics.jsonl", "no space left") { _ = try resumed.run() }
        try FileSystem.removeFile("\(run)/metrics.jsonl")
        try FileSystem.write("", to: "\(run)/metrics.jsonl")
        #expect(try FileSystem.read("\(run)/state.safetensors") == state)
        #expect(try LanguageModelTraining(resuming: run).trainer.step == 7)
      }
    }

    /// A small file system in memory, which only an administrator may mount.
    @Test func aFullDisk() throws {
      try TestRuns.withRun { directory, recipe in
        let disk = "\(directory)/disk"
        try FileSystem.createDirectory(disk)
        guard mount("martlet", disk, "tmpfs", 0, "size=400k") == 0 else {
          print("skipped: this user may not mount a small file system to fill")
          return
        }
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let training = try LanguageModelTraining(recipe, output: "\(disk)/run")
        _ = try training.run(shouldStop: { training.trainer.step == 7 })
        let before = try TestFiles.contents(of: "\(disk)/run")

        let resumed = try LanguageModelTraining(resuming: "\(disk)/run")
        fill(disk)
        expectError("\(disk)/run/", "no space left on the device") { _ = try resumed.run() }
        let after = try TestFiles.contents(of: "\(disk)/run")
        #expect(after.keys.sorted() == before.keys.sorted())
        for name in before.keys where name != "metrics.jsonl" { #expect(after[name] == before[name]) }
        _ = try LanguageModel(directory: "\(disk)/run")

        // A new run finds no room, and leaves nothing behind.
        expectError("\(disk)/", "no space left on the device") {
          _ = try LanguageModelTraining(recipe, output: "\(disk)/other")
        }
        #expect(try FileSystem.names(inDirectory: disk) == ["filler", "run"])

        // With room again, the run goes on as if nothing had been.
        try FileSystem.removeFile("\(disk)/filler")
        _ = try LanguageModelTraining(resuming: "\(disk)/run").run()
        _ = try LanguageModelTraining(recipe, output: "\(directory)/whole").run()
        try expectSameFiles("\(disk)/run", "\(directory)/whole")
      }
    }

    private func fill(_ disk: String) {
      while (try? FileSystem.append(String(repeating: "x", count: 4096), to: "\(disk)/filler")) != nil {}
    }
  #endif
}
