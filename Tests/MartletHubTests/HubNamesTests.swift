import MartletText
import Testing

@testable import MartletHub

/// Names, settings, addresses, patterns and checksums.
@Suite struct HubNamesTests {
  @Test func models() throws {
    let model = try HubModel("EleutherAI/pythia-70m@step1000")
    #expect(model.name == "EleutherAI/pythia-70m" && model.revision == "step1000")
    #expect(try HubModel("gpt2").revision == "main" && HubModel("a/b@refs/pr/1").revision == "refs/pr/1")
    for text in [
      "", "a/b/c", "../b", "a/..", "/b", "a/", "a b/c", "a/b@", "a/b@../c", "a/b@c/..", "a/b@-c", "a/é",
    ] {
      #expect(message { _ = try HubModel(text) }.contains("expected"))
    }
  }

  @Test func settings() throws {
    try withTemporaryDirectory { home in
      func settings(_ environment: [String: String]) throws -> HubSettings {
        try HubSettings(environment: ["HOME": home].merging(environment) { $1 })
      }
      let usual = try settings([:])
      #expect(usual.endpoint == "https://huggingface.co" && usual.token == nil && !usual.isOffline)
      #expect(usual.cache == home + "/.cache/huggingface/hub")
      #expect(try settings(["XDG_CACHE_HOME": "/x"]).cache == "/x/huggingface/hub")
      #expect(try settings(["XDG_CACHE_HOME": "/x", "HF_HOME": "~/y"]).cache == home + "/y/hub")
      #expect(try settings(["HF_HOME": "/y", "HUGGINGFACE_HUB_CACHE": "/w"]).cache == "/w")
      #expect(try settings(["HUGGINGFACE_HUB_CACHE": "/w", "HF_HUB_CACHE": "/z"]).cache == "/z")
      #expect(try settings(["HF_ENDPOINT": "http://host:80/hub//"]).endpoint == "http://host:80/hub")
      #expect(try settings(["HF_HUB_OFFLINE": "1"]).isOffline && !settings(["HF_HUB_OFFLINE": "0"]).isOffline)
      try FileSystem.createDirectory(home + "/.cache/huggingface")
      try FileSystem.write("hf_file\n", to: home + "/.cache/huggingface/token")
      try FileSystem.write("hf_other", to: home + "/other")
      #expect(try settings([:]).token == "hf_file")
      #expect(try settings(["HF_TOKEN_PATH": home + "/other"]).token == "hf_other")
      #expect(try settings(["HF_TOKEN": " hf_mine\n"]).token == "hf_mine")
      #expect(try settings(["HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]).token == nil)
      #expect(message { _ = try settings(["HF_ENDPOINT": "huggingface.co"]) }.contains("HF_ENDPOINT"))
      #expect(message { _ = try settings(["HF_TOKEN": "hf_é"]) }.contains("HF_TOKEN"))
    }
  }

  @Test func addresses() throws {
    let address = try #require(WebAddress("HTTPS://Host:443/a/b?c=/d"))
    #expect(address.text == "https://host/a/b?c=/d" && address.isPrivate)
    let cases = [
      ("/x", "https://host/x"), ("x?y", "https://host/a/x?y"), ("//other/x", "https://other/x"),
      ("http://other", "http://other/"), ("https://host:8443/", "https://host:8443/"),
    ]
    for (location, expected) in cases { #expect(address.redirected(to: location)?.text == expected) }
    for text in [
      "", "host", "https://", "ftp://host", "https://a b", "https://user@host/", "https:///x", "http://é/",
    ] {
      #expect(WebAddress(text) == nil, "\(text)")
    }
    for location in ["file:///x", "javascript:x", "https://user:word@host/"] {
      #expect(address.redirected(to: location) == nil)
    }
    #expect(WebAddress.escaped("a b/é#?.json") == "a%20b/%C3%A9%23%3F.json")
  }

  /// The numbers of FIPS 180-4's examples, and what `git hash-object` gives.
  @Test func checksums() throws {
    func digest(_ kind: Int, _ text: String, parts: Int) throws -> String {
      let checksum = try #require(Checksum(String(repeating: "0", count: kind)))
      let bytes = Array(text.utf8)
      var digest = Checksum.Digest(for: checksum, count: bytes.count)
      for start in stride(from: 0, to: bytes.count, by: parts) {
        bytes[start..<min(start + parts, bytes.count)].withUnsafeBytes { digest.add($0) }
      }
      return digest.text
    }
    for parts in [1, 3, 55, 56, 64, 1000] {
      #expect(
        try digest(64, "abc", parts: parts)
          == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      #expect(
        try digest(64, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", parts: parts)
          == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
      #expect(
        try digest(64, String(repeating: "a", count: 1_000), parts: parts)
          == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3")
      #expect(try digest(40, "hello world\n", parts: parts) == "3b18e512dba79e4c8300dd08aeb37f8e728b8dad")
    }
    #expect(
      try digest(64, "", parts: 1) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(try digest(40, "", parts: 1) == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    #expect(Checksum("abc") == nil && Checksum(String(repeating: "G", count: 40)) == nil)
  }

  @Test func theUsualFiles() throws {
    func wanted(_ paths: String...) throws -> [String] {
      let files = try paths.map { path in
        try HubFile(JSONReader(["rfilename": .string(path), "size": 1], file: "list"))
      }
      return FileSelection().wanted(files).map(\.path)
    }
    #expect(
      try wanted(
        "config.json", "model-00001-of-00002.safetensors", "model.safetensors.index.json", "merges.txt",
        "consolidated.safetensors", "model.fp16.safetensors", "original/params.json", "pytorch_model.bin",
        "pytorch_model.bin.index.json", "tokenizer.model", "x.gguf", "chat_template.jinja", ".gitattributes",
        "README.md") == [
          "config.json", "model-00001-of-00002.safetensors", "model.safetensors.index.json", "merges.txt",
          "tokenizer.model", "chat_template.jinja",
        ])
    #expect(try wanted("config.json", "weights.safetensors") == ["config.json", "weights.safetensors"])
  }

  /// Sizes that no file has are refused: their sum would not fit.
  @Test(arguments: [-7, Int.max]) func impossibleSizes(size: Int) throws {
    for listing: JSON in [
      ["rfilename": "config.json", "size": .integer(size)],
      ["rfilename": "config.json", "size": 1, "lfs": ["size": .integer(size)]],
    ] {
      #expect {
        _ = try HubFile(JSONReader(listing, file: "list"))
      } throws: { ($0 as? MartletError)?.message.contains("impossible size of \(size) bytes") == true }
    }
  }
}
