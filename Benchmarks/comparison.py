"""What the comparison scripts share: running programs, and the form of a line of results.

A script prints, as its last line, one JSON object whose "lines" is a list of these:

    {"line": what was measured, "ours": Martlet's median, "theirs": the other side's, "unit": of both,
     "ratio": how many times as good Martlet is, or for memory its share of the other side's,
     "goal": such as ">= 0.97" for the ratio, or ">= 100 MB/s" for Martlet's own figure,
     "reached": true or false, "spread": {"ours": …, "theirs": …}}

A spread is (largest - smallest) / median. What does not apply is null. results.py makes RESULTS.md of the objects of
all scripts.
"""

import json
import operator
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARTLET = ROOT / ".build" / "release" / "martlet"


def environment(threads):
    return {**os.environ, "MARTLET_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}


def last_json(arguments, threads):
    """The last line that a program prints, read as JSON."""
    done = subprocess.run(
        list(map(str, arguments)), env=environment(threads), stdout=subprocess.PIPE, text=True
    )
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(map(str, arguments))} ended with {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def check_martlet(path):
    if not pathlib.Path(path).exists():
        sys.exit(f"error: {path} is not there; run `swift build -c release` or give --martlet")


def spread(values):
    return (max(values) - min(values)) / statistics.median(values)


def meets(goal, ours, ratio):
    """Whether a goal such as ">= 1.6" is met by the ratio, or one with a unit by our own figure."""
    sign, limit, *unit = goal.split()
    return {">=": operator.ge, "<=": operator.le}[sign](ours if unit else ratio, float(limit))


def line(name, ours, theirs=None, *, unit, goal=None, kind="time"):
    """A line of results from the values of each side; `kind` is time, rate or share."""
    mine = statistics.median(ours)
    other = statistics.median(theirs) if theirs else None
    ratio = None
    if theirs:
        ratio = other / mine if kind == "time" else mine / other
    return {
        "line": name,
        "ours": mine,
        "theirs": other,
        "unit": unit,
        "ratio": ratio,
        "goal": goal,
        "reached": meets(goal, mine, ratio) if goal else None,
        "spread": {"ours": spread(ours), "theirs": spread(theirs) if theirs else None},
    }


def text(result):
    """A line of results as a line of a table."""
    other = f"{result['theirs']:10.4g}" if result["theirs"] is not None else " " * 10
    ratio = f"{result['ratio']:7.3f}" if result["ratio"] is not None else " " * 7
    goal = {None: "", True: "reached", False: "not reached"}[result["reached"]]
    figures = f"{result['ours']:10.4g} {other} {result['unit']:9} {ratio}"
    return f"{result['line']:72} {figures}  {result['goal'] or '':8} {goal}"


def finish(script, lines, **others):
    """Prints the table, and everything as one JSON object."""
    print(f"\n{'':72} {'Martlet':>10} {'other side':>10} {'':9} {'ratio':>7}  goal")
    for result in lines:
        print(text(result).rstrip())
    print(json.dumps({"script": script, "lines": lines, **others}))
