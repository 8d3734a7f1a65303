#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What loading OWASP CRS takes: time and memory, by the native engine and by libmodsecurity, each in a new process.

    CRS_DIR=/path/to/coreruleset crs_load.py [--runs N] [--max-ms N] [--json]

Exit status 1 if the native engine takes longer than --max-ms to load a version (rules of every paranoia level are compiled,
whichever is chosen). Figures are medians. "held" is what stays resident with the rules loaded, "peak" what is when loading ends, "reload"
what a second loading and its release leave behind.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("RASP_CRS_LOAD", ROOT / "build/dev/tests/bench/crs_load"))
DEBIAN = pathlib.Path("/usr/share/modsecurity-crs")
COLUMNS = ("rules", "ms", "held_kb", "peak_kb", "reload_kb")


def configurations():
    """Name -> lines of a configuration that includes one version of CRS."""
    engine = ROOT / "tests/conformance/crs/engine.conf"
    found = {}
    if os.environ.get("CRS_DIR"):
        crs = pathlib.Path(os.environ["CRS_DIR"])
        found["CRS of CRS_DIR"] = [engine, crs / "crs-setup.conf.example", *sorted((crs / "rules").glob("*.conf"))]
    setup = pathlib.Path("/etc/modsecurity/crs/crs-setup.conf")
    if setup.exists():
        found["Debian's CRS"] = [engine, setup, *sorted((DEBIAN / "rules").glob("*.conf"))]
    return {name: "".join('Include "%s"\n' % file for file in files) for name, files in found.items()}


def measure(engine, text):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as rules:
        rules.write(text)
        rules.flush()
        done = subprocess.run([str(PROGRAM), engine, rules.name], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (engine, done.stderr[-2000:]))
    return dict(zip(COLUMNS, map(float, done.stdout.split())))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--max-ms", type=float, default=1000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = []
    for name, text in configurations().items():
        for engine in ("native", "modsecurity"):
            runs = [measure(engine, text) for _ in range(arguments.runs)]
            rows.append({"rules_of": name, "engine": engine,
                         **{column: statistics.median(run[column] for run in runs) for column in COLUMNS}})
    if not rows:
        print("no CRS found: set CRS_DIR, or install modsecurity-crs", file=sys.stderr)
        return 2
    slow = [row for row in rows if row["engine"] == "native" and row["ms"] > arguments.max_ms]
    if arguments.json:
        print(json.dumps(rows))
        return 1 if slow else 0
    print("%-16s %-12s %7s %9s %9s %9s %9s" % ("", "engine", "rules", "load ms", "held MB", "peak MB", "reload MB"))
    for row in rows:
        print("%-16s %-12s %7d %9.0f %9.1f %9.1f %9.1f" % (row["rules_of"], row["engine"], row["rules"], row["ms"],
              row["held_kb"] / 1024, row["peak_kb"] / 1024, row["reload_kb"] / 1024))
    for row in slow:
        print("%s: loading takes %.0f ms, the bar is %.0f" % (row["rules_of"], row["ms"], arguments.max_ms))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
