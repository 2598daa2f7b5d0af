/// The digests of ``Verification``'s numbers, as every machine must compute them.
///
/// A change that is meant to change results records new ones: `martlet verify` prints those it computes.
enum RecordedDigests {
  static let all: [String: String] = [
    "gpt2: initial weights": "da9ed2132cb05592",
    "gpt2: losses and gradient norms of 100 steps": "bb03f2c550acda70",
    "gpt2: trained weights": "f0ac5a2ea19efb19",
    "gpt2: held-out loss": "cf02a752db6b893b",
    "gpt2: log-probabilities of a text": "c9b98f4577b1d7a4",
    "gpt2: samples and their log-probabilities": "eede0a1f174c9db4",
    "llama: initial weights": "80dec5b4f285b115",
    "llama: losses and gradient norms of 100 steps": "681436861250ddeb",
    "llama: trained weights": "b0e5675cdc964872",
    "llama: held-out loss": "07ea8462fb8ec97f",
    "llama: log-probabilities of a text": "6dcdb14539f2d0d6",
    "llama: samples and their log-probabilities": "41b8bd868a406d56",
  ]
}
