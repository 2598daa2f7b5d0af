"""Makes RESULTS.md of what the comparison scripts printed.

    python3 Benchmarks/results.py [--results Benchmarks/results] [--page avx2]

Reads one JSON object a file from the folder, as run.sh leaves them there: machine.json (of `martlet bench machine`),
products.json, training.json, tokenizers.json, inference.json and profile_training.json. A file that is not there is
said to be missing. notes.md, beside this script, is put in where it exists: what the figures cannot say, such as why a
goal is not reached. RESULTS.md is of the machine that the goals were set on; another kind has a page of its own, named
after its instructions, and its notes: RESULTS-avx2.md and notes-avx2.md.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess

import results_lines
from comparison import ROOT

HERE = pathlib.Path(__file__).resolve().parent
TITLES = {
    "products": "Matrix products",
    "training": "Training",
    "inference": "Inference",
    "tokenizers": "Tokenizers",
}


def processor():
    """The name of the processor, as the system has it."""
    if platform.system() == "Darwin":
        return command("sysctl", "-n", "machdep.cpu.brand_string")
    fields = {}
    for row in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = row.partition(":")
        fields.setdefault(name.strip(), value.strip())
    family = f", family {fields['cpu family']}, model {fields['model']}" if "cpu family" in fields else ""
    return fields.get("model name", platform.machine()) + family


def command(*arguments):
    try:
        done = subprocess.run(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "unknown"


def row(*cells):
    return "| " + " | ".join(cells) + " |\n"


def number(value):
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def percent(value):
    return "" if value is None else f"{100 * value:.0f}%"


def machine_section(machine, reports):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    facts = [
        ("processor", processor()),
        ("cores", str(os.cpu_count())),
        ("memory", f"{memory:.0f} GB"),
        ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("date", datetime.date.today().isoformat()),
        ("commit", command("git", "describe", "--always", "--dirty")),
        ("Swift", command("swift", "--version")),
        ("Python", platform.python_version()),
    ]
    versions = {}
    for report in reports.values():
        for found in (report.get("versions", {}), report.get("encoding", {}).get("versions", {})):
            versions |= {name: version for name, version in found.items() if version}
    facts += sorted((name, str(version)) for name, version in versions.items() if name != "martlet")
    text = "## Machine and versions\n\n" + row("what", "is") + row("---", "---")
    text += "".join(row(*fact) for fact in facts)
    if not machine:
        return text
    one = machine["one_thread"]
    text += f"\nIts limits, by `martlet bench machine` ({machine['instruction_set']}):\n\n"
    text += row("limit", "one thread", f"{machine['threads']} threads") + row("---", "---", "---")
    for key in one:
        if key != "products":
            text += row(key.replace("_", " "), number(one[key]), number(machine[key]))
    return text


def lines_section(title, lines):
    headings = ("work: other side", "Martlet", "other side", "unit", "ratio", "goal", "", "spread")
    text = f"## {title}\n\n" + row(*headings) + row(*["---"] * len(headings))
    for line in lines:
        reached = {None: "", True: "reached", False: "**not reached**"}[line["reached"]]
        spreads = [percent(line["spread"][side]) for side in ("ours", "theirs")]
        text += row(
            *(line["line"], number(line["ours"]), number(line["theirs"]), line["unit"], number(line["ratio"])),
            *((line["goal"] or "").replace(">=", "≥").replace("<=", "≤"), reached),
            " / ".join(spread for spread in spreads if spread),
        )
    return text


def profile_section(profiles):
    text = "## Where the time of training goes\n\nShares of the samples that `perf` took while steps ran.\n"
    for title, shares in profiles.items():
        text += f"\n**{title}**: " + ", ".join(f"`{name}` {share:.1f}%" for name, share in shares.items()) + "\n"
    return text


def main():
    parser = argparse.ArgumentParser(description="Makes RESULTS.md of the results of the comparison scripts.")
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results")
    parser.add_argument("--page", default="", help="what the page and its notes are named after")
    options = parser.parse_args()
    suffix = f"-{options.page}" if options.page else ""
    output, notes = HERE / f"RESULTS{suffix}.md", HERE / f"notes{suffix}.md"
    reports, missing = {}, []
    for name in ("machine", *TITLES, "profile_training"):
        path = options.results / f"{name}.json"
        if path.exists():
            reports[name] = json.loads(path.read_text(encoding="utf-8"))
        else:
            missing.append(name)
    machine = reports.pop("machine", None)

    lines = {name: report["lines"] for name, report in reports.items() if report.get("lines")}
    if "tokenizers" in reports:
        lines.setdefault("tokenizers", results_lines.of_tokenizers(reports["tokenizers"]))
    if "inference" in reports:
        read_rate = machine["read_gigabytes_per_second"] if machine else None
        lines.setdefault("inference", results_lines.of_inference(reports["inference"], read_rate))

    goals = [line["reached"] for found in lines.values() for line in found if line["reached"] is not None]
    text = "# Results\n\nWritten by `Benchmarks/run.sh`, which takes them again. "
    text += "Both sides of a line ran in turns, in one go, on one machine; figures are medians, and a spread is "
    text += "(largest − smallest) / median, of Martlet / the other side. A ratio is how many times as good Martlet is, "
    text += "and for memory its share. "
    text += f"Of {len(goals)} goals {sum(goals)} are reached.\n\n"
    sections = [machine_section(machine, reports)]
    sections += [lines_section(title, lines[name]) for name, title in TITLES.items() if name in lines]
    profiles = reports.get("profile_training", {}).get("profiles")
    if profiles:
        sections.append(profile_section(profiles))
    if notes.exists():
        sections.append(notes.read_text(encoding="utf-8"))
    if missing:
        sections.append("Not measured this time: " + ", ".join(missing) + ".\n")
    output.write_text(text + "\n".join(sections), encoding="utf-8")
    print(f"{output}: {len(goals)} goals, {sum(goals)} of them reached")


if __name__ == "__main__":
    main()
