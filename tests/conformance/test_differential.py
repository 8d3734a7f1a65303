# SPDX-License-Identifier: Apache-2.0
"""The native engine and libmodsecurity with the same CRS, on CRS's tests and mutations of them: every difference has a
known cause. CRS_DIR names an unpacked CRS 4; RASP_MUTATIONS says how many mutations (20,000: also that no cause is
stale)."""
import os
import pathlib
import random
import re

import pytest

import differential
from crs_requests import Exchange, crs_directory

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUTATIONS = int(os.environ.get("RASP_MUTATIONS", "1500"))
ALL_CAUSES_SHOW = 20000
CAUSES = differential.load_causes()

needs_crs = pytest.mark.skipif(crs_directory() is None, reason="CRS_DIR is not set: libmodsecurity and the native engine are "
                                                               "not compared on CRS's tests")


@pytest.fixture(scope="module")
def run():
    crs = crs_directory()
    return differential.compare(differential.crs_configuration(crs), differential.corpus(crs, MUTATIONS), timeout=1400)


@needs_crs
def test_every_difference_has_a_known_cause(run):
    left = [d for d in differential.differences(run, CAUSES) if not d.causes]
    told = ["%s: %d only %s: %r" % (d.exchange.name, d.rule, "native" if d.only_native else "libmodsecurity", d.match[:200])
            for d in left[:10]]
    assert not left, "%d differences without a cause:\n%s" % (len(left), "\n".join(told))


@needs_crs
def test_the_comparison_is_no_empty_one(run):
    """Nearly all went through both, both logged rules for most, and both refused most of these attacks."""
    compared = run.sums["compared"]
    assert compared > 0.97 * len(run.exchanges) and run.sums["unreachable"] < 0.03 * len(run.exchanges)
    assert run.sums["matched_rules"] > 3 * compared and run.sums["refused"] > 0.8 * compared
    assert run.sums["verdicts_differing"] < 0.03 * compared


@needs_crs
@pytest.mark.skipif(MUTATIONS < ALL_CAUSES_SHOW, reason="fewer mutations than it takes to see every cause")
def test_no_cause_is_stale(run):
    seen = {cause for d in differential.differences(run, CAUSES) for cause in d.causes}
    assert seen == {cause.name for cause in CAUSES}


def test_mutations_are_the_same_everywhere():
    requests = [b"GET /?a=1 HTTP/1.1\r\nHost: x\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b"]
    first, second = ([differential.mutate(dice, ["a", "b"], requests) for _ in range(50)]
                     for dice in (random.Random(7), random.Random(7)))
    assert first == second and len({mutant.request for mutant in first}) > 40


def line(only_native=(), only_reference=(), both=()):
    matches = [[{"id": rule, "target": target, "value": "v", "data": ""} for rule, target in side]
               for side in (only_native, only_reference)]
    verdict = {"refuses": True, "status": 403, "rule": 949110}
    return {"exchange": 0, "native": verdict, "reference": dict(verdict, refuses=False), "both": list(both),
            "only_native": matches[0], "only_reference": matches[1]}


def causes_of(request, **sides):
    run = differential.Run([Exchange("made-up", request, b"")], [line(**sides)], {})
    return [(d.rule, d.causes) for d in differential.differences(run, CAUSES)]


FORM = b"POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na=b"
XML = b"POST / HTTP/1.1\r\nContent-Type: text/xml\r\n\r\n<a/>"


@pytest.mark.parametrize("request_bytes, sides, wanted", [
    (FORM, {"only_native": [(942100, "ARGS:a")]}, [(942100, [])]),
    (FORM, {"only_reference": [(942100, "ARGS:a")]}, [(942100, [])]),
    (FORM, {"only_reference": [(944100, "REQUEST_BODY")]}, [(944100, [])]),
    (XML, {"only_reference": [(944100, "REQUEST_BODY")]}, [(944100, ["request-body-variable"])]),
    (XML, {"only_native": [(944100, "REQUEST_BODY")]}, [(944100, [])]),
    (XML, {"only_native": [(942100, "XML:/*")]}, [(942100, [])]),
    (XML, {"only_native": [(942100, "XML:/*")], "both": [200002]}, [(942100, ["malformed-body-stays-inspected"])]),
    # One surplus match without a cause makes the rule's difference one without a cause.
    (XML, {"only_native": [(942100, "XML:/*"), (942100, "REQUEST_HEADERS:Referer")], "both": [200002]}, [(942100, [])]),
    # Scores follow from other rules, but a difference of nothing but the score needs a cause of its own.
    (XML, {"only_reference": [(944100, "REQUEST_BODY"), (949110, "TX:score")]}, [(944100, ["request-body-variable"])]),
    (FORM, {"only_native": [(949110, "TX:score")]}, [(949110, [])]),
    (FORM, {}, [(0, [])]),  # only the verdicts differ
], ids=["native", "libmodsecurity", "other-type", "explained", "other-direction", "well-formed", "malformed", "partly",
        "consequence", "score-alone", "verdict-alone"])
def test_what_counts_as_explained(request_bytes, sides, wanted):
    assert causes_of(request_bytes, **sides) == wanted


def test_the_document_tells_every_cause():
    text = (ROOT / "docs/reference/differences.md").read_text()
    section = text.split("## Whole requests", 1)[1].split("\n## ", 1)[0]
    documented = re.findall(r"^\| `([a-z0-9-]+)` \|", section, re.M)
    assert sorted(documented) == sorted({cause.name for cause in CAUSES})
