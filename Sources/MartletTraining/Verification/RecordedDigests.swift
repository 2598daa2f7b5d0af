/// The digests of ``Verification``'s numbers, as every machine must compute them.
///
/// A change that is meant to change results records new ones: `martlet verify` prints those it computes.
enum RecordedDigests {
  static let all: [String: String] = [
    "gpt2: initial weights": "da9ed2132cb05592",
    "gpt2: losses and gradient norms of 100 steps": "e0139ca184b6cfa2",
    "gpt2: trained weights": "70715490abf1ab2e",
    "gpt2: held-out loss": "a51759a785811ded",
    "gpt2: log-probabilities of a text": "9e58306b313a73e9",
    "gpt2: samples and their log-probabilities": "30c6eb2f62c2e8ff",
    "llama: initial weights": "80dec5b4f285b115",
    "llama: losses and gradient norms of 100 steps": "abbb29af6a144673",
    "llama: trained weights": "2cf328f48803eec8",
    "llama: held-out loss": "f804081a073d2e75",
    "llama: log-probabilities of a text": "27923d32330c9ab7",
    "llama: samples and their log-probabilities": "2a36c34a662624c9",
  ]
}
