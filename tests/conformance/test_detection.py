# SPDX-License-Identifier: Apache-2.0
"""Detection and false positives of our rules on requests that their author did not write, through a real nginx."""
import pathlib

import attacks
import benign
import carriers

HERE = pathlib.Path(__file__).parent
MISSED = HERE / "missed_attacks.txt"
BENIGN = 5000


def test_attacks_are_stopped_but_for_those_listed(protected):
    rows = list(attacks.rows())
    assert len(rows) >= 300
    listed = {line.split("#")[0].strip() for line in MISSED.read_text().splitlines()} - {""}
    missed = {f"{kind}/{name}" for kind, name, carrier, payload in rows
              if protected.exchange(carriers.attack(carrier, payload)).status < 400}
    print(f"\n{len(rows)} attacks, {len(rows) - len(missed)} stopped ({100 * (1 - len(missed) / len(rows)):.1f} %)")
    assert missed - listed == set(), "attacks that pass and are not in missed_attacks.txt"
    assert listed - missed == set(), "listed as missed but stopped: take them off missed_attacks.txt"


def test_no_benign_request_is_blocked(protected):
    blocked, count = [], 0
    for name, method, target, headers, body in benign.requests(BENIGN):
        answer = protected.exchange(carriers.message(method, target, headers, body))
        count += 1
        if answer.status != 200:
            blocked.append(f"{name}: {answer.status} {method} {target} {body[:300]!r}")
    print(f"\n{count} benign requests, {len(blocked)} blocked")
    assert count == BENIGN
    assert not blocked, "\n".join(blocked[:20])
