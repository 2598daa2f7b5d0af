"""Shows where the time of each training line goes: the shares of functions, as perf samples them.

    swift build -c release
    python3 Benchmarks/profile_training.py [--threads 2] [--seconds 6] [--lines small]

Needs perf (linux-perf), and the right to sample one's own processes (kernel.perf_event_paranoid of at most 2). Samples
the processor's clock while `martlet bench train` takes its counted steps: what comes before and after them is cut off
by the times at which it prints them. Each thread's samples count, so a thread that waits for work shows as the function
it waits in only while it spins. Prints shares by function, and as its last line all of it as one JSON object.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import comparison
from training_work import WORK

# Functions with less are summed up as others.
SMALLEST = 0.5
# A share, whose code it is (k: the system's), the function, and columns that perf leaves empty.
ROW = re.compile(r"^\s*([0-9.]+)%\s+\[(.)\]\s+(.+?)(\s+-)*\s*$")


def record(options, work, data, steps):
    """Samples a run; the part of its time, from 0 to 100, in which the counted steps were taken, and their median."""
    command = [options.martlet, "bench", "train", "--tied", "--steps", str(steps), *work.options()]
    start = time.monotonic()
    process = subprocess.Popen(
        ["perf", "record", "--quiet", "-e", "cpu-clock", "-F", "499", "-o", data, *command],
        env=comparison.environment(options.threads),
        stdout=subprocess.PIPE,
        text=True,
    )
    steps = []
    for printed in process.stdout:
        if printed.startswith("step: "):
            steps.append((time.monotonic() - start, float(printed.split()[1])))
    if process.wait() != 0 or not steps:
        sys.exit(f"error: perf record {' '.join(command)} ended with {process.returncode}")
    whole = time.monotonic() - start
    first, last = steps[0][0] - steps[0][1], steps[-1][0]
    return 100 * first / whole, 100 * last / whole, sorted(seconds for _, seconds in steps)[len(steps) // 2]


def shares(data, first, last):
    """Percent of the samples by function, the largest first."""
    report = subprocess.run(
        ["perf", "report", "-i", data, "--stdio", "--no-children", "--sort", "symbol", "-g", "none"]
        + ["--time", f"{first:.2f}%-{last:.2f}%"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    ).stdout
    found = {}
    for row in report.splitlines():
        match = ROW.match(row)
        if match and float(match[1]) >= SMALLEST:
            name = "kernel of the system" if match[2] == "k" else demangled(match[3])
            found[name] = round(found.get(name, 0) + float(match[1]), 2)
    found["others"] = round(max(0, 100 - sum(found.values())), 2)
    return found


def demangled(name):
    if not name.startswith("$s") or not shutil.which("swift"):
        return name
    done = subprocess.run(["swift", "demangle", "--simplified", "--compact", name], stdout=subprocess.PIPE, text=True)
    return done.stdout.strip() or name


def main():
    parser = argparse.ArgumentParser(description="Shows where the time of training steps goes.")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=6, help="of counted steps, about; two are taken at least")
    parser.add_argument("--lines", default=",".join(work.key for work in WORK))
    parser.add_argument("--martlet", default=str(comparison.MARTLET))
    options = parser.parse_args()
    comparison.check_martlet(options.martlet)
    profiles = {}
    if not shutil.which("perf"):
        print("nothing is profiled: there is no perf (install linux-perf)")
        print(json.dumps({"script": "profile_training.py", "lines": [], "profiles": profiles}))
        return
    for work in WORK:
        if work.key not in options.lines.split(","):
            continue
        with tempfile.TemporaryDirectory() as folder:
            data = str(pathlib.Path(folder) / "perf.data")
            once = record(options, work, data, 1)[2]
            steps = max(2, round(options.seconds / once))
            first, last, seconds = record(options, work, data, steps)
            profiles[work.title] = shares(data, first, last)
        print(f"\n{work.title}: {steps} steps of {seconds:.4g} s")
        for name, share in profiles[work.title].items():
            print(f"  {share:6.2f}%  {name}", flush=True)
    print(json.dumps({"script": "profile_training.py", "lines": [], "profiles": profiles}))


if __name__ == "__main__":
    main()
