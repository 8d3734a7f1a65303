#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CRS's tests, and mutations of them, through the native engine and libmodsecurity: where do they differ, and why?

    CRS_DIR=/path/to/coreruleset differential.py [--mutations N] [--seed S] [--show CAUSE]

Each difference must be explained by a cause in differences.json. What is left over fails the test that calls this.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile
from typing import Dict, Iterable, List, NamedTuple, Optional

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from crs_requests import Exchange, crs_directory, exchanges, reflected_response  # noqa: E402
from mutations import mutate  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM = pathlib.Path(os.environ.get("RASP_DIFFERENTIAL", ROOT / "build/dev/tests/conformance/differential"))
CAUSES = HERE / "differences.json"
SEED = 20261124


class Run(NamedTuple):
    exchanges: List[Exchange]
    lines: List[Dict]  # one an exchange that differs
    sums: Dict[str, int]


# Whether both engines take a body for malformed is compared, too; it also tells the causes about malformed bodies.
PROBES = r"""
SecRule REQBODY_ERROR "!@eq 0" "id:200002,phase:2,t:none,log,pass,msg:'body'"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" "id:200003,phase:2,t:none,log,pass,msg:'multipart'"
"""


def unicode_map() -> str:
    """A file in the format of SecUnicodeMapFile: without one, each engine has its own idea of %uXXXX."""
    pairs = {0x2018: 0x27, 0x2019: 0x27, 0x201C: 0x22, 0x201D: 0x22, 0x2039: 0x3C, 0x203A: 0x3E, 0x00A0: 0x20}
    pairs.update({0xFF01 + i: 0x21 + i for i in range(0x5E)})
    rows = " ".join("%04x:%02x" % pair for pair in sorted(pairs.items()))
    return "20127 (US-ASCII)\n%s\n" % rows


def crs_configuration(crs: pathlib.Path) -> str:
    """Every rule on, and refusals said (the program itself carries none out). {map} is the Unicode map's file."""
    parts = [HERE / "crs/engine.conf", crs / "crs-setup.conf.example", HERE / "crs/settings.conf"]
    parts += sorted((crs / "rules").glob("*.conf"))
    return "SecUnicodeMapFile {map} 20127\n" + PROBES + "\n".join('Include "%s"' % part for part in parts) + "\nSecRuleEngine On\n"


def corpus(crs: pathlib.Path, mutations: int, seed: int = SEED) -> List[Exchange]:
    """The tests' exchanges, then seeded mutations of them."""
    tests = list(exchanges(crs / "tests"))
    names, requests = [test.name for test in tests], [test.request for test in tests]
    dice = random.Random(seed)
    for _ in range(mutations):
        mutant = mutate(dice, names, requests)
        tests.append(Exchange(mutant.name, mutant.request, reflected_response(mutant.request)))
    return tests


def compare(configuration: str, messages: List[Exchange], timeout: float = 900) -> Run:
    """Both engines with the same rules on the same bytes."""
    with tempfile.TemporaryDirectory() as directory:
        rules, packed = pathlib.Path(directory, "rules.conf"), pathlib.Path(directory, "exchanges")
        pathlib.Path(directory, "unicode.mapping").write_text(unicode_map())
        rules.write_text(configuration.replace("{map}", directory + "/unicode.mapping"))
        with packed.open("wb") as out:
            for message in messages:
                for text in (message.request, message.response):
                    out.write(struct.pack("<I", len(text)) + text)
        done = subprocess.run([str(PROGRAM), str(rules), str(packed)], capture_output=True, timeout=timeout)
    if done.returncode != 0:
        raise RuntimeError("differential failed: " + done.stderr.decode("utf-8", "replace")[-4000:])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return Run(messages, lines[:-1], lines[-1]["sums"])


class Cause(NamedTuple):
    """Why the engines may differ. A difference of a rule is explained if the cause names the rule and direction, and its
    conditions hold."""
    name: str
    native: Optional[frozenset]  # rules that only the native engine may log; None: any
    reference: Optional[frozenset]  # rules that only libmodsecurity may log; None: any
    request: Optional[re.Pattern]  # must be found in the request's bytes
    match: Optional[re.Pattern]  # must be found in "TARGET\nVALUE\nDATA" of the surplus match
    both: frozenset  # one of these rules must have matched in both engines

    def explains(self, surplus: "Surplus") -> bool:
        rules = self.native if surplus.only_native else self.reference
        if rules is not None and surplus.rule not in rules:
            return False
        if self.both and not self.both & surplus.both:
            return False
        if self.request is not None and not self.request.search(surplus.request):
            return False
        return self.match is None or self.match.search(surplus.match) is not None


class Surplus(NamedTuple):
    """A match that only one engine logs."""
    rule: int
    only_native: bool
    match: str  # target, value and logdata, one a line
    request: bytes
    both: frozenset  # rules that both log


def load_causes(path: pathlib.Path = CAUSES) -> List[Cause]:
    causes = []
    for entry in json.loads(path.read_text())["causes"]:
        condition = entry.get("when", {})
        request, match = condition.get("request"), condition.get("match")
        native, reference = ({"any": None}.get(str(rules), rules) for rules in (entry.get("only_native", []),
                                                                               entry.get("only_libmodsecurity", [])))
        causes.append(Cause(entry["name"], None if native is None else frozenset(native),
                            None if reference is None else frozenset(reference),
                            re.compile(request.encode("latin-1"), re.S | re.I) if request else None,
                            re.compile(match, re.S) if match else None, frozenset(condition.get("both", []))))
    return causes


class Difference(NamedTuple):
    exchange: Exchange
    rule: int
    only_native: bool
    match: str
    causes: List[str]


# What rules conclude from other rules' matches: scores, and reports of scores. They differ because those do.
CONSEQUENCES = {949110, 949111, 959100, 959101, 980041, 980042, 980043, 980044, 980045, 980046, 980047, 980048, 980049,
                980050, 980051, 980170, 980099}


def without_links(matches: List[Dict]) -> List[Dict]:
    """Without those matches that are of a chain's later links, which look at what the first has set, if there are
    others."""
    of_link = re.compile(r"&?TX:|MATCHED_VARS?(:|$)")
    first = {match["id"] for match in matches if not of_link.match(match["target"])}
    return [match for match in matches if match["id"] not in first or not of_link.match(match["target"])]


def differences(run: Run, causes: List[Cause]) -> Iterable[Difference]:
    """Each (exchange, rule) once, with the causes that explain it; rules that follow from others only where nothing else
    differs."""
    for line in run.lines:
        exchange = run.exchanges[line["exchange"]]
        found = {}
        for side, only_native in (("only_native", True), ("only_reference", False)):
            for match in without_links(line[side]):
                text = "\n".join((match["target"], match["value"], match["data"]))
                surplus = Surplus(match["id"], only_native, text, exchange.request, frozenset(line["both"]))
                names = [cause.name for cause in causes if cause.explains(surplus)]
                found.setdefault((match["id"], only_native), (text, []))[1].append(names)
        roots = {key for key in found if key[0] not in CONSEQUENCES}
        if not found:
            found[0, line["native"]["refuses"]] = (json.dumps([line["native"], line["reference"]]), [[]])
        for key in roots or found:
            text, explanations = found[key]
            # Every surplus match of the rule needs a cause; the later links of a chain share the first one's.
            explained = sorted({name for names in explanations for name in names}) if all(explanations) else []
            yield Difference(exchange, key[0], key[1], text, explained)


def report(run: Run, found: List[Difference], show: Optional[str], limit: int) -> None:
    print(json.dumps(run.sums))
    by_cause = collections.Counter(cause for d in found for cause in {*d.causes})
    for cause, count in by_cause.most_common():
        print("%6d  %s" % (count, cause))
    left = [d for d in found if not d.causes]
    print("%6d  unexplained, in %d exchanges" % (len(left), len({d.exchange.name for d in left})))
    for (rule, only_native), count in collections.Counter((d.rule, d.only_native) for d in left).most_common(limit):
        print("        %6d  %d only %s" % (count, rule, "native" if only_native else "libmodsecurity"))
    for d in [d for d in found if show and (show in d.causes or str(d.rule) == show)][:limit]:
        print("-- %s: %d only %s: %r\n%r" % (d.exchange.name, d.rule, "native" if d.only_native else "libmodsecurity",
                                             d.match[:300], d.exchange.request[:1500]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutations", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", help="a cause or a rule id whose differences are printed")
    parser.add_argument("--limit", type=int, default=20)
    arguments = parser.parse_args()
    crs = crs_directory()
    if crs is None:
        parser.error("CRS_DIR says where CRS is")
    run = compare(crs_configuration(crs), corpus(crs, arguments.mutations, arguments.seed))
    found = list(differences(run, load_causes()))
    report(run, found, arguments.show, arguments.limit)
    return 1 if any(not d.causes for d in found) else 0


if __name__ == "__main__":
    sys.exit(main())
