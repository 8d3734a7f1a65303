#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Instructions that one transaction takes, by callgrind: figures that repeat on a busy machine.

    [CRS_DIR=/path/to/coreruleset] instructions.py [--record] [--rules NAME]... [--mix NAME]... [--reference]

Every built-in mix is inspected with the shipped rules and, where CRS_DIR is, OWASP CRS at paranoia levels 1 and 4; loading
and the first transactions are not counted, no request is like another. Exit status 1 if a figure is more than 10 % above
the one in instructions.json; --record writes that file anew (a smaller selection: only its part). --reference also
counts libmodsecurity, which takes minutes.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = pathlib.Path(os.environ.get("RASP_TRANSACTIONS", HERE.parents[1] / "build/dev/tests/bench/transactions"))
COMMITTED = HERE / "instructions.json"
TOLERANCE = 1.10
RULES = {"own": False, "crs-pl1": True, "crs-pl4": True}  # name -> whether it needs CRS_DIR
# A paranoia level changes little about what else is shown: its long mixes are left to --all.
QUICK = {"crs-pl4": ["get_short", "get_10args", "form_1k", "json_2k", "attack_sqli"]}


def count(engine, rules, mixes, scale="1"):
    """Mix -> instructions of one transaction, and what the program said of each mix."""
    directory = tempfile.mkdtemp(prefix="rasp-callgrind-")
    try:
        done = subprocess.run(
            [shutil.which("valgrind") or "valgrind", "--tool=callgrind", "--instr-atstart=no", "--compress-strings=yes",
             f"--callgrind-out-file={directory}/out", str(PROGRAM), engine, rules, scale, *mixes],
            capture_output=True, text=True, timeout=1800)
        if done.returncode != 0:
            raise RuntimeError("%s with %s: %s" % (engine, rules, done.stderr[-2000:]))
        transactions = {line.split()[0]: int(line.split()[1]) for line in done.stdout.splitlines()}
        found = {}
        for dump in pathlib.Path(directory).iterdir():
            text = dump.read_text("utf-8", "replace")
            mix = re.search(r"^desc: Trigger: Client Request: (\w+)$", text, re.M)
            total = re.search(r"^(?:summary|totals): (\d+)", text, re.M)
            if mix and total:
                found[mix[1]] = int(total[1]) // transactions[mix[1]]
        missing = set(transactions) - set(found)
        if missing or not found:
            raise RuntimeError("callgrind told nothing of " + ", ".join(sorted(missing) or [rules]))
        return {mix: found[mix] for mix in transactions}, done.stdout
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--rules", action="append", choices=list(RULES))
    parser.add_argument("--mix", action="append", default=[])
    parser.add_argument("--all", action="store_true", help="every mix at every paranoia level")
    parser.add_argument("--reference", action="store_true", help="libmodsecurity beside, on the mixes up to 2 KB")
    parser.add_argument("--json", help="write the figures there")
    options = parser.parse_args()

    wanted = options.rules or list(RULES)
    without = [name for name in wanted if RULES[name] and not os.environ.get("CRS_DIR")]
    wanted = [name for name in wanted if name not in without]
    selections = {name: options.mix or ([] if options.all else QUICK.get(name, [])) for name in wanted}
    committed = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        runs = {name: pool.submit(count, "native", name, mixes) for name, mixes in selections.items()}
        references = {name: pool.submit(count, "modsecurity", name, ["get_short", "form_1k", "json_2k"], "0.1")
                      for name in wanted if options.reference and RULES[name]}
    figures = {name: run.result()[0] for name, run in runs.items()}
    reference = {name: run.result()[0] for name, run in references.items()}

    risen, unknown, failed = [], [], False
    print(f"{'rules':8} {'mix':15} {'instructions':>13} {'committed':>13} {'change':>8}" + (f" {'libmodsecurity':>15} {'ratio':>7}" if reference else ""))
    for name, mixes in figures.items():
        for mix, instructions in mixes.items():
            before = committed.get(name, {}).get(mix)
            change = f"{100 * (instructions / before - 1):+7.1f}%" if before else "     new"
            beside = reference.get(name, {}).get(mix)
            print(f"{name:8} {mix:15} {instructions:13,} {before or 0:13,} {change}"
                  + (f" {beside:15,} {beside / instructions:6.1f}x" if beside else ""))
            if before is None:
                unknown.append(f"{name}/{mix}")
            elif instructions > before * TOLERANCE:
                risen.append(f"{name}/{mix}")
    if without:
        left_out = sum(len(QUICK.get(name, [])) or 10 for name in without)
        print(f"not run, because CRS_DIR is not set: {', '.join(without)} ({left_out} cases)")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"native": figures, "modsecurity": reference}, indent=1) + "\n")
    if options.record:
        for name, mixes in figures.items():
            committed.setdefault(name, {}).update(mixes)
        COMMITTED.write_text(json.dumps(committed, indent=1) + "\n")
        return 0
    if risen:
        failed = True
        print("more than 10 % above the committed figures: " + ", ".join(risen))
    if unknown:
        failed = True
        print("without a committed figure: " + ", ".join(unknown))
    if failed:
        print(f"if that is what the change is worth: {sys.argv[0]} --record, and commit instructions.json")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
