import ArgumentParser
import MartletHub
import MartletText

/// `martlet pull`: fetches a model from a Hub.
struct PullCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Fetch a model's directory from the Hugging Face Hub.",
    discussion: """
      Fetches what a model needs (configuration, safetensors, tokenizer, templates), checks every file against its \
      checksum, and prints the directory. What has come stays when the download is cut, and is gone on with by the \
      same command. The cache is that of huggingface_hub: HF_HOME and HF_HUB_CACHE say where it is, HF_ENDPOINT names \
      another server, HF_TOKEN says who asks, HF_HUB_OFFLINE=1 takes only what is there.

      EXAMPLES:
        martlet pull roneneldan/TinyStories-33M
        martlet pull EleutherAI/pythia-70m@step1000 --to models/pythia-70m
        martlet generate $(martlet pull HuggingFaceTB/SmolLM2-135M) --prompt "The harbour"
        martlet pull OWNER/NAME --include "*.md" --include "*.json" --exclude "tokenizer*"
      """)

  @Argument(
    help: ArgumentHelp("OWNER/NAME, or OWNER/NAME@REVISION: a branch, tag or commit.", valueName: "model"))
  var model: String
  @Option(
    help: ArgumentHelp("A directory to write the files to, instead of the cache.", valueName: "directory"))
  var to: String?
  @Option(
    help: ArgumentHelp(
      "Fetch the files that match, and no others; may be given several times. (default: what the model needs)",
      valueName: "pattern"))
  var include: [String] = []
  @Option(help: ArgumentHelp("Leave out the files that match.", valueName: "pattern")) var exclude: [String] =
    []
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    var download = ModelDownload(try HubModel(model), try HubSettings())
    (download.target, download.include, download.exclude) = (to, include, exclude)
    let view = DownloadView()
    defer { view.clear() }
    let directory = try download.run { view.show($0) }
    view.end()
    let report: JSON = [
      "model": .string(download.model.name), "revision": .string(download.model.revision),
      "directory": .string(directory), "files": .integer(view.files), "bytes": .integer(view.bytes),
      "fetched_bytes": .integer(view.fetched),
    ]
    try Terminal.printResult(json ? report.compact + "\n" : directory + "\n")
  }
}
