#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The native engine with its prefilter and without, on the same requests: do their events differ in anything?

    [CRS_DIR=/path/to/coreruleset] prefilter.py [--mutations N] [--long N] [--seed S] [--rules crs|own]

Requests: CRS's tests (without CRS_DIR the attacks and ordinary requests of this folder), seeded mutations of them, and
some with values of about 1, 64 and 128 KB. Bodies are handed over in random pieces to the one with the prefilter. An
exit status of 1 says that they differ; the first differences are printed.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
from typing import Dict, List, NamedTuple, Sequence

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
import attacks  # noqa: E402
import benign  # noqa: E402
import carriers  # noqa: E402
from crs_requests import Exchange, crs_directory, exchanges, reflected_response  # noqa: E402
from mutations import lengthen, mutate  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("RASP_PREFILTER", ROOT / "build/dev/tests/conformance/prefilter"))
SEED = 20261125
SLICE = 5000  # exchanges of one process


class Run(NamedTuple):
    lines: List[Dict]  # one an exchange that differs
    sums: Dict[str, int]
    requests: Dict[int, bytes]  # of those


def own_rules() -> List[str]:
    return [str(ROOT / "rulesets/owasp-top10")]


def crs_rules(directory: str) -> List[str]:
    """Every rule of CRS on, and carried out. `directory` gets the file that says so."""
    crs = crs_directory()
    parts = [HERE / "crs/engine.conf", crs / "crs-setup.conf.example", HERE / "crs/settings.conf", *sorted((crs / "rules").glob("*.conf"))]
    path = pathlib.Path(directory, "rules.conf")
    # The last word on bodies: long ones are inspected, too.
    path.write_text("".join('Include "%s"\n' % part for part in parts) + "SecRequestBodyNoFilesLimit 13107200\nSecRuleEngine On\n")
    return [str(path)]


def base_exchanges() -> List[Exchange]:
    """CRS's tests, else our attacks; and ordinary requests."""
    crs = crs_directory()
    found = list(exchanges(crs / "tests")) if crs is not None else [
        Exchange("%s/%s" % (kind, name), carriers.attack(carrier, payload), reflected_response(b""))
        for kind, name, carrier, payload in attacks.rows()]
    return found + [Exchange(name, carriers.message(method, target, headers, body), reflected_response(b""))
                    for name, method, target, headers, body in benign.requests(1000)]


def corpus(mutations: int, long: int, seed: int = SEED, with_base: bool = True) -> List[Exchange]:
    base = base_exchanges()
    names, requests = [exchange.name for exchange in base], [exchange.request for exchange in base]
    dice = random.Random(seed)
    made = [mutate(dice, names, requests) for _ in range(mutations)] + [lengthen(dice, names, requests) for _ in range(long)]
    found = base if with_base else []
    return found + [Exchange(mutant.name, mutant.request, reflected_response(mutant.request)) for mutant in made]


def _part(rules: List[str], first: int, part: List[Exchange], seed: int) -> List[Dict]:
    with tempfile.NamedTemporaryFile() as packed:
        for exchange in part:
            for text in (exchange.request, exchange.response):
                packed.write(struct.pack("<I", len(text)) + text)
        packed.flush()
        done = subprocess.run([str(PROGRAM), packed.name, str(seed), str(first), *rules], capture_output=True, timeout=3600)
    if done.returncode != 0:
        raise RuntimeError("prefilter failed (%d): %s" % (done.returncode, done.stderr.decode("utf-8", "replace")[-4000:]))
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare(rules: List[str], messages: List[Exchange], seed: int = SEED, plain_rules: Sequence[str] = ()) -> Run:
    """In as many processes as there are processors. `plain_rules`: those of the one without the prefilter, if others."""
    arguments = [*rules, "--plain", *plain_rules] if plain_rules else rules
    starts = range(0, len(messages), SLICE)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        parts = list(pool.map(lambda first: _part(arguments, first, messages[first:first + SLICE], seed), starts))
    lines = [line for part in parts for line in part[:-1]]
    sums: Dict[str, int] = {}
    for part in parts:
        for name, number in part[-1]["sums"].items():
            sums[name] = sums.get(name, 0) + number
    return Run(lines, sums, {line["exchange"]: messages[line["exchange"]].request for line in lines})


def told(line: Dict, request: bytes) -> str:
    """What differs, for people."""
    filtered, plain = line["filtered"], line["plain"]
    out = ["exchange %d%s: %r" % (line["exchange"], " (block)" if line["block"] else "", request[:600])]
    out += ["  %s: %r with the prefilter, %r without" % (key, filtered[key], plain[key])
            for key in plain if key != "matches" and filtered[key] != plain[key]]
    with_, without = filtered["matches"], plain["matches"]
    out += ["  only without: %r" % match for match in without if match not in with_][:4]
    out += ["  only with: %r" % match for match in with_ if match not in without][:4]
    if len(out) == 1:
        out.append("  the order of the matches: %r, %r" % ([m["id"] for m in with_], [m["id"] for m in without]))
    return "\n".join(text[:1500] for text in out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutations", type=int, default=20000)
    parser.add_argument("--long", type=int, default=100)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rules", choices=["crs", "own"], default="crs" if crs_directory() else "own")
    parser.add_argument("--limit", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        rules = crs_rules(directory) if arguments.rules == "crs" else own_rules()
        run = compare(rules, corpus(arguments.mutations, arguments.long, arguments.seed), arguments.seed)
    for line in run.lines[:arguments.limit]:
        print(told(line, run.requests[line["exchange"]]))
    print(json.dumps(run.sums))
    return 1 if run.sums["differing"] else 0


if __name__ == "__main__":
    sys.exit(main())
