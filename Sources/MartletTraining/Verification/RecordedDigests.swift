/// The digests of ``Verification``'s numbers, as every machine must compute them.
///
/// A change that is meant to change results records new ones: `martlet verify` prints those it computes.
enum RecordedDigests {
  static let all: [String: String] = [
    "gpt2: initial weights": "da9ed2132cb05592",
    "gpt2: losses and gradient norms of 100 steps": "881aa6409b66368f",
    "gpt2: trained weights": "5052f71cd6082cf6",
    "gpt2: held-out loss": "d5131a6d96895b16",
    "gpt2: log-probabilities of a text": "19cd2d51cb71f76f",
    "gpt2: samples and their log-probabilities": "2e1dacaa6fc9fbb4",
    "llama: initial weights": "80dec5b4f285b115",
    "llama: losses and gradient norms of 100 steps": "abbb29af6a144673",
    "llama: trained weights": "2cf328f48803eec8",
    "llama: held-out loss": "f804081a073d2e75",
    "llama: log-probabilities of a text": "27923d32330c9ab7",
    "llama: samples and their log-probabilities": "2a36c34a662624c9",
  ]
}
