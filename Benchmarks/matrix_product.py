"""Compares Martlet's float32 matrix product with OpenBLAS, as it ships in numpy's wheel.

    python -m venv .venv && .venv/bin/pip install numpy
    .venv/bin/python Benchmarks/matrix_product.py [--shape 1024x768x3072] [--threads 2,1] [--rounds 3]

A shape is rows x depth x columns: [rows, depth] times [depth, columns]. Martlet's side is a program
(`--martlet`, by default matrix_product.sh in this folder) that prints a JSON line {"rows", "depth",
"columns", "layout", "threads", "gflops"} for each product it times; MARTLET_THREADS tells it how many
threads to use. The two sides take turns. Prints which OpenBLAS it was, each side's median GFLOP/s, and the
ratio Martlet / OpenBLAS (above 1 is faster).
"""

import argparse
import ctypes
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def openblas_name():
    """What the loaded OpenBLAS says of itself: version, threading and the kernels it chose."""
    import numpy

    for library in sorted((pathlib.Path(numpy.__file__).parent.parent / "numpy.libs").glob("*openblas*")):
        loaded = ctypes.CDLL(str(library))
        for symbol in ("scipy_openblas_get_config64_", "openblas_get_config64_", "openblas_get_config"):
            if hasattr(loaded, symbol):
                getattr(loaded, symbol).restype = ctypes.c_char_p
                return f"numpy {numpy.__version__}, {getattr(loaded, symbol)().decode()}"
    return f"numpy {numpy.__version__}, BLAS unknown"


def measure_openblas(rows, depth, columns):
    """Run in a process of its own, since OpenBLAS reads OPENBLAS_NUM_THREADS when it is loaded."""
    import numpy

    random = numpy.random.default_rng(0)
    a = random.standard_normal((rows, depth), dtype=numpy.float32)
    b = random.standard_normal((depth, columns), dtype=numpy.float32)
    c = numpy.empty((rows, columns), dtype=numpy.float32)
    numpy.matmul(a, b, out=c)
    times = []
    stop = time.perf_counter() + 2
    while time.perf_counter() < stop or len(times) < 5:
        start = time.perf_counter()
        numpy.matmul(a, b, out=c)
        times.append(time.perf_counter() - start)
    work = 2e-9 * rows * depth * columns
    print(json.dumps({"gflops": work / statistics.median(times), "name": openblas_name()}))


def run(arguments, **environment):
    done = subprocess.run(arguments, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {shlex.join(arguments)} ended with {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def main():
    parser = argparse.ArgumentParser(description="Compares Martlet's matrix product with OpenBLAS.")
    parser.add_argument("--shape", default="1024x768x3072", help="rows x depth x columns")
    parser.add_argument("--threads", default="2,1")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--martlet",
        default=shlex.quote(str(HERE / "matrix_product.sh")),
        help="the command whose JSON lines are Martlet's side",
    )
    parser.add_argument("--openblas-only", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    shape = tuple(map(int, options.shape.split("x")))
    if options.openblas_only:
        measure_openblas(*shape)
        return

    summary = []
    for threads in map(int, options.threads.split(",")):
        theirs, ours = [], {}
        for _ in range(options.rounds):
            peer = run(
                [sys.executable, __file__, "--openblas-only", "--shape", options.shape],
                OPENBLAS_NUM_THREADS=str(threads),
            )[-1]
            theirs.append(peer["gflops"])
            for line in run(shlex.split(options.martlet), MARTLET_THREADS=str(threads)):
                if (line["rows"], line["depth"], line["columns"]) == shape and line["threads"] == threads:
                    ours.setdefault(line["layout"], []).append(line["gflops"])
        if not ours:
            sys.exit(f"error: `{options.martlet}` timed no product of {options.shape} with {threads} threads")
        reference = statistics.median(theirs)
        print(f"{options.shape}, {threads} threads: OpenBLAS {reference:.1f} GFLOP/s ({peer['name']})")
        for layout, figures in ours.items():
            figure = statistics.median(figures)
            print(f"  martlet {layout:16} {figure:7.1f} GFLOP/s, {figure / reference:.2f} of OpenBLAS")
            summary.append(
                {
                    "shape": options.shape,
                    "threads": threads,
                    "layout": layout,
                    "martlet": figure,
                    "openblas": reference,
                    "ratio": figure / reference,
                }
            )
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
