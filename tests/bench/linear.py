#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cost grows with bytes and with nothing else: bodies of every kind, fuzzed requests of one size, repeated pieces.

    [CRS_DIR=/path/to/coreruleset] linear.py [--largest BYTES] [--fuzzed N]

With the shipped rules and, where CRS_DIR is, CRS at paranoia level 4 (scoring only, so that all of it runs):
  slope  time for each further byte, from 16 KB up to --largest: within 20 % (or half a nanosecond) of the kind's median
  fuzz   the slowest of --fuzzed requests with 2 KB of hostile values: at most 5 times the median one. What took long is
         repeated; "first" is what it cost when it came first, with whatever the machine did meanwhile
  runs   values of 64 KB that are one piece over and over (a byte, a bracket, the beginning of an attack), as backtracking
         engines are slow on: at most 5 times a quarter of them, and at most 5 times words of that length
Exit status 1 if one of these does not hold.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

PROGRAM = pathlib.Path(os.environ.get("RASP_LINEAR", pathlib.Path(__file__).resolve().parents[2] / "build/dev/tests/bench/linear"))
TOLERANCE = 0.20
NOTHING_NS = 0.5  # a difference in a byte's cost that is no difference
TIMES = 5
SLOPE_FROM = 16384
ATTEMPTS = 2  # of what fails: the machine may have been busy


def run(*arguments):
    done = subprocess.run([str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, timeout=3600)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    return [json.loads(line) for line in done.stdout.splitlines()]


def slopes(points):
    """(bytes, nanoseconds for each byte beyond the smallest of these points)."""
    first = points[0]
    return [(point["bytes"], 1000 * (point["us"] - first["us"]) / (point["bytes"] - first["bytes"])) for point in points[1:]]


def check_slope(rules, largest):
    kinds = {}
    for line in run("slope", rules, largest):
        kinds.setdefault(line["kind"], []).append(line)
    wrong = []
    for kind, points in kinds.items():
        each = slopes([point for point in points if point["bytes"] >= 0.9 * SLOPE_FROM])
        middle = statistics.median(slope for _, slope in each)
        row = "  ".join(f"{slope:6.2f}" for _, slope in each)
        not_whole = sorted({word for point in points for word in ("refused", "degraded") if point[word]})
        print(f"{rules:8} slope {kind:20} {middle:7.2f} ns/byte   up to each size: {row}" + "".join(f"  {word}!" for word in not_whole))
        wrong += [f"{rules}, {kind}: not inspected in full ({word})" for word in not_whole]
        wrong += [f"{rules}, {kind}: {slope:.2f} ns a byte up to {size} bytes, the median is {middle:.2f}"
                  for size, slope in each if abs(slope - middle) > max(TOLERANCE * middle, NOTHING_NS)]
    return wrong


def check_fuzz(rules, count):
    [line] = run("fuzz", rules, count, 2048, 20261124)
    print(f"{rules:8} fuzz  {line['requests']} requests: median {line['median_us']:.0f} us, p99 {line['p99_us']:.0f} us, slowest {line['slowest_us']:.0f} us "
          f"({line['times_median']:.2f} times the median), first {line['slowest_first_us']:.0f} us ({line['first_times_median']:.2f} times)")
    return [f"{rules}: fuzzed request {line['seed_of_slowest']} costs {line['times_median']:.1f} times the median"] if line["times_median"] > TIMES else []


def check_runs(rules):
    words, *pieces = run("runs", rules, 65536)
    dearest = max(pieces, key=lambda line: line["times_words"])
    steepest = max(pieces, key=lambda line: line["times_quarter"])
    print(f"{rules:8} runs  {len(pieces)} pieces, words {words['us']:.0f} us: dearest {dearest['piece']!r} {dearest['times_words']:.2f} times words, "
          f"steepest {steepest['piece']!r} {steepest['times_quarter']:.2f} times a quarter of it")
    return [f"{rules}: 64 KB of {line['piece']!r} cost {line['times_words']:.1f} times words, {line['times_quarter']:.1f} times a quarter"
            for line in pieces if line["times_words"] > TIMES or line["times_quarter"] > TIMES]


def attempted(check, *arguments):
    for _ in range(ATTEMPTS):
        wrong = check(*arguments)
        if not wrong:
            break
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=16 << 20)
    parser.add_argument("--fuzzed", type=int, default=100000)
    options = parser.parse_args()
    wrong = []
    for rules in ["own"] + (["crs-pl4"] if os.environ.get("CRS_DIR") else []):
        wrong += attempted(check_slope, rules, options.largest)
        wrong += attempted(check_fuzz, rules, options.fuzzed)
        wrong += attempted(check_runs, rules)
    if not os.environ.get("CRS_DIR"):
        print("not run, because CRS_DIR is not set: the same with CRS at paranoia level 4")
    for text in wrong:
        print(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
