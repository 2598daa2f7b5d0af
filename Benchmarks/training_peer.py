"""Times training steps of a model in PyTorch: the peer of `martlet bench train`.

    python training_peer.py --layers 4 --heads 4 --width 128 --context 64 --vocabulary 65 --batch-size 12
        [--precision bfloat16] [--compiled] [--steps 5] [--interactive]

Two steps are not counted, as there. Prints one JSON object: the seconds of each step and the most memory that was
resident. With --interactive it goes on: each number read from standard input is so many steps more, answered by one
more object, so that the sides can take turns without the price of starting and compiling again.

Needs torch, and a C++ compiler for --compiled.
"""

import argparse
import json
import resource
import sys
import time

import torch

from pytorch_model import Model, Training

SIZES = ("layers", "heads", "width", "context", "vocabulary")


def main():
    parser = argparse.ArgumentParser(description="Times training steps in PyTorch.")
    for name in (*SIZES, "batch-size"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--interactive", action="store_true")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = Model(**{name: getattr(options, name) for name in SIZES})
    training = Training(model, precision=options.precision, compiled=options.compiled)

    def take(steps):
        seconds = []
        for _ in range(steps):
            ids = torch.randint(options.vocabulary, (options.batch_size, options.context + 1))
            inputs, targets = ids[:, :-1].contiguous(), ids[:, 1:].contiguous()
            start = time.perf_counter()
            training.step(inputs, targets)
            seconds.append(time.perf_counter() - start)
        return seconds

    def report(seconds):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        result = {"seconds": seconds, "peak_memory_bytes": peak, "torch": torch.__version__}
        print(json.dumps(result), flush=True)

    take(2)
    report(take(options.steps))
    if options.interactive:
        for request in sys.stdin:
            report(take(int(request)))


if __name__ == "__main__":
    main()
