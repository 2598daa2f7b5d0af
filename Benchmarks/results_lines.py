"""The goals of the lines whose scripts compare several peers at once, and their objects as lines of results."""

import comparison

# The weights that decoding reads for a token in the model of inference.py: 30 blocks, and the head, which is the table
# of embeddings.
SMOLLM2_WEIGHTS = 30 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536) + 49152 * 576
ELEMENT_BYTES = {"float32": 4, "bfloat16": 2}


def of_tokenizers(report):
    """Encoding in MB/s beside each peer, and training in seconds beside tokenizers."""
    encoding, training = report["encoding"], report["training"]
    rates = {
        side: [encoding["megabytes"] / seconds for seconds in taken]
        for side, taken in encoding["all_seconds"].items()
    }
    lines = [
        comparison.line(
            f"byte-pair encoding, GPT-2's vocabulary, one thread: {side}",
            rates["martlet"],
            rates[side],
            unit="MB/s",
            goal=">= 100 MB/s",
            kind="rate",
        )
        for side in rates
        if side != "martlet"
    ]
    seconds = training["all_seconds"]
    lines.append(
        comparison.line(
            "byte-pair training, 4096 tokens, 1.1 MB: tokenizers",
            seconds["martlet"],
            seconds["tokenizers"],
            unit="s",
            goal="<= 0.3 s",
        )
    )
    return lines


def of_inference(report, read_rate):
    """Prompts and decoding in tokens/s beside each peer; decoding as a part of `read_rate` in GB/s, if it is known."""
    lines = []
    for work, result in report["results"].items():
        rates = result["all"]
        for side in rates:
            if side == "martlet":
                continue
            for kind in ("prompt", "decode"):
                goal = None
                if side == "llama.cpp" and "one sequence" in work:
                    # The goal for prompts is one of float32.
                    goal = {"decode": ">= 1.4", "prompt": ">= 2.5" if "bfloat16" not in work else None}[kind]
                ours, theirs = rates["martlet"][kind], rates[side][kind]
                name = f"{kind}, 135M, {work}: {side}"
                lines.append(comparison.line(name, ours, theirs, unit="tokens/s", goal=goal, kind="rate"))
        if read_rate and "one sequence" in work:
            gigabytes = SMOLLM2_WEIGHTS * ELEMENT_BYTES["bfloat16" if "bfloat16" in work else "float32"] / 1e9
            read = [rate * gigabytes for rate in rates["martlet"]["decode"]]
            name = f"decode, 135M, {work}: weights read, beside the machine's reading"
            lines.append(comparison.line(name, read, [read_rate], unit="GB/s", goal=">= 0.8", kind="rate"))
    decode = {work: result["all"]["martlet"]["decode"] for work, result in report["results"].items()}
    one, many = (decode.get(f"bfloat16, {sequences}") for sequences in ("one sequence", "32 sequences"))
    if one and many:
        name = "decode, 135M, bfloat16, 32 sequences: Martlet, one sequence"
        lines.append(comparison.line(name, many, one, unit="tokens/s", goal=">= 12", kind="rate"))
    return lines
