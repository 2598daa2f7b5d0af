"""Compares Martlet's matrix products with oneDNN's and with torch.mm, call by call in one process.

    python -m venv .venv && .venv/bin/pip install torch numpy
    .venv/bin/python Benchmarks/products.py [--threads 2] [--seconds 0.4] [--shapes 1024x768x768,…]
        [--precisions float32,bfloat16]

A shape is rows x columns x inner; the orientations are x·Wᵀ (NT), dy·W (NN) and dyᵀ·x (TN). float32 for every
shape, and bfloat16 for the large ones: there Martlet's factors are float32 and rounded on the way, as in its training,
while PyTorch's are bfloat16 already and their product is oneDNN's. In float32, oneDNN runs through
torch.ops.mkldnn._linear_pointwise, which copies a transposed first factor (TN) before oneDNN sees it; torch.mm does not,
so it stands beside, and in that orientation the goal holds against both. Prints medians in GFLOP/s and ratios Martlet /
the other side (above 1 is faster), and as its last line all of it as one JSON object.
"""

import argparse
import os
import statistics
import time

import torch

import comparison
import martlet_kernels

# Those of the issue "As fast as the machine".
SHAPES = """1024x768x768 1024x2304x768 1024x3072x768 1024x768x3072 1024x50304x768 768x50304x1024 4096x1536x384
            768x128x128 2048x2048x2048 1x768x3072 1x49152x576 32x576x1536""".split()
# A product of fewer operations has no bfloat16 line: models spend their time in the larger ones.
LARGE = 5e8
# An OpenMP thread spins for some milliseconds after its work, more of them the slower the machine, and would hold a
# core against the next side.
PAUSE = 0.1


def sides_of(library, shape, layout, precision):
    """The calls that compute the same product, by name."""
    rows, columns, inner = shape
    a = torch.randn((inner, rows) if layout == "TN" else (rows, inner))
    b = torch.randn((columns, inner) if layout == "NT" else (inner, columns))
    ours, theirs = torch.zeros(rows, columns), torch.zeros(rows, columns)
    left, right = (a.t() if layout == "TN" else a), (b.t() if layout == "NT" else b)
    product = getattr(library, "mk_matrix_product" + ("_bfloat16" if precision == "bfloat16" else ""))

    def martlet():
        product(
            *(martlet_kernels.LAYOUTS[layout], 0, rows, columns, inner, a.data_ptr(), a.stride(0), b.data_ptr()),
            *(b.stride(0), None, ours.data_ptr(), columns),
        )

    if precision == "bfloat16":
        left, right, theirs = left.bfloat16(), right.bfloat16(), theirs.bfloat16()
        sides = {"martlet": martlet, "oneDNN": lambda: torch.mm(left, right, out=theirs)}
    else:
        weight = right.t()
        sides = {
            "martlet": martlet,
            "oneDNN": lambda: torch.ops.mkldnn._linear_pointwise(left, weight, None, "none", [], ""),
            "torch.mm": lambda: torch.mm(left, right, out=theirs),
        }
    martlet()
    difference = (ours - torch.mm(left, right).float()).abs().max().item()
    # Sums of products of normal numbers have the deviation √inner; bfloat16 results keep 8 bits.
    if difference > (0.1 if precision == "bfloat16" else 1e-4) * inner**0.5:
        raise SystemExit(f"error: {shape} {layout} {precision} differs from PyTorch's by {difference}")
    return sides


def measure(sides, operations, seconds):
    """Seconds a call, for each side, the sides taking turns until about `seconds` have gone to each."""
    for call in sides.values():
        call()
    start = time.perf_counter()
    sides["martlet"]()
    once = time.perf_counter() - start
    # Short products are timed several at a time, after one that wakes the threads.
    inner = max(1, min(200, int(0.02 / once)))
    rounds = max(5, min(15, int(seconds / (once * inner))))
    times = {side: [] for side in sides}
    for _ in range(rounds):
        for side, call in sides.items():
            time.sleep(PAUSE)
            if inner > 1:
                call()
            start = time.perf_counter()
            for _ in range(inner):
                call()
            times[side].append((time.perf_counter() - start) / inner)
    return {side: [operations / t / 1e9 for t in taken] for side, taken in times.items()}


def main():
    parser = argparse.ArgumentParser(description="Compares matrix products with oneDNN and torch.mm.")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=0.4, help="of each side and product, about")
    parser.add_argument("--shapes", default=",".join(SHAPES), help="rows x columns x inner, with commas")
    parser.add_argument("--precisions", default="float32,bfloat16", help="with commas")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    library = martlet_kernels.load(options.threads)

    lines, raw = [], {}
    for precision in options.precisions.split(","):
        for name in options.shapes.split(","):
            shape = tuple(map(int, name.split("x")))
            operations = 2 * shape[0] * shape[1] * shape[2]
            if precision == "bfloat16" and operations < LARGE:
                continue
            for layout in martlet_kernels.LAYOUTS:
                rates = measure(sides_of(library, shape, layout, precision), operations, options.seconds)
                title = f"{precision} product {name.replace('x', ' × ')}, {layout}"
                print(title, {s: round(statistics.median(r), 1) for s, r in rates.items()}, flush=True)
                raw[title] = {side: [round(rate, 2) for rate in taken] for side, taken in rates.items()}
                for side in list(rates)[1:]:
                    has_goal = precision == "float32" and (side == "oneDNN" or layout == "TN")
                    goal = ">= 0.97" if has_goal else None
                    lines.append(
                        comparison.line(
                            f"{title}: {side}", rates["martlet"], rates[side], unit="GFLOP/s", goal=goal, kind="rate"
                        )
                    )
    comparison.finish(
        "products.py",
        lines,
        threads=options.threads,
        instruction_set=library.mk_isa_name(library.mk_isa_current()).decode(),
        versions={"torch": torch.__version__},
        raw=raw,
    )


if __name__ == "__main__":
    main()
