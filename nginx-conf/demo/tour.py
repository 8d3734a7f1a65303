#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Attacks a vulnerable shop twice, behind nginx alone and behind nginx with ngx-rasp, and compares what happened.

Exit status 0 only if every attack succeeded on the unprotected shop, was refused on the protected one and is in the
event log, and every honest request got the same answer from both."""
import argparse
import json
import re
import shutil
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from attacks import ATTACKS, Attack
from benign import BENIGN
from stage import Site, Stage, StageError
from traffic import Answer, Shot, send

LOG_SECONDS = 5
SECURITY_HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")


class Listener:
    """Where the attacker waits for the shop to call: serves the class that Log4Shell loads."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                connection.sendall(b"class Exploit loaded")


@dataclass
class Row:
    request: str
    got: str
    protected: str = ""
    rule: str = ""
    event: str = ""
    failures: list = field(default_factory=list)


class EventLog:
    """The protected nginx's event log, read as the security team reads it."""

    def __init__(self, path: Path):
        self._path = path

    def find(self, event_id: str):
        deadline = time.monotonic() + LOG_SECONDS
        while True:
            for line in self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else ():
                if f'"{event_id}"' in line:
                    event = json.loads(line)
                    if event["event"]["id"] == event_id:
                        return event
            if time.monotonic() > deadline:
                return None
            time.sleep(0.05)


class Tour:
    def __init__(self, stage: Stage):
        self._stage = stage
        self._log = EventLog(stage.log)
        self._listener = Listener()

    def _send(self, shot: Shot, site: Site) -> Answer:
        return send(shot, site.port, {"INTERNAL": site.internal_port, "LISTENER": self._listener.port})

    def honest(self, name: str, shot: Shot) -> list:
        """What differs between the two answers to an honest request; nothing should."""
        plain = self._send(shot, self._stage.unprotected)
        guarded = self._send(shot, self._stage.protected)
        failures = []
        if plain.status >= 500:
            failures.append(f"{name}: the shop itself failed with {plain.status}")
        if guarded.status != plain.status:
            failures.append(f"{name}: {guarded.status} instead of {plain.status}; {self._reason(guarded)}")
        elif guarded.body != plain.body:
            failures.append(f"{name}: the answer's body differs")
        elif any(guarded.header(header) != plain.header(header) for header in ("Content-Type", "Location", "Set-Cookie")):
            failures.append(f"{name}: the answer's headers differ")
        failures += [f"{name}: the answer has no {header}" for header in SECURITY_HEADERS if not guarded.header(header)]
        if guarded.header("X-Powered-By"):
            failures.append(f"{name}: X-Powered-By was not removed")
        return failures

    def _reason(self, answer: Answer) -> str:
        event = self._log.find(answer.reference) if answer.reference else None
        if event is None:
            return "no event"
        matches = event["rasp"]["matches"]
        rules = "; ".join(f"rule {m['id']} ({m['name']}) on {m['target']}" for m in matches)
        return rules or str(event["rasp"]["degraded"])

    def attack(self, attack: Attack) -> Row:
        plain = [self._send(shot, self._stage.unprotected) for shot in attack.shots]
        guarded = [self._send(shot, self._stage.protected) for shot in attack.shots]
        loot = re.search(attack.loot, plain[-1].text)
        row = Row(f"{attack.kind}: {attack.name}", loot[0] if loot else f"nothing ({plain[-1].status})",
                  str(guarded[0].status), event=guarded[0].reference)
        if loot is None:
            row.failures.append("did not succeed on the unprotected shop")
        if guarded[0].status != 403:
            row.failures.append(f"was answered with {guarded[0].status} by the protected shop")
        if re.search(attack.loot, guarded[-1].text):
            row.failures.append("succeeded on the protected shop")
        self._check_event(row)
        return row

    def _check_event(self, row: Row) -> None:
        if not row.event:
            row.failures.append("the answer shows no reference")
            return
        event = self._log.find(row.event)
        if event is None:
            row.failures.append(f"no event {row.event} in the log")
            return
        rule = event.get("rule", {"id": "-", "name": ""})
        others = {match["id"] for match in event["rasp"]["matches"]} - {rule["id"]}
        row.rule = f"{rule['id']}{f' +{len(others)}' if others else ''} {rule['name']}".strip()
        if event["event"]["action"] != "blocked" or not event["rasp"]["enforced"]:
            row.failures.append(f"the event says {event['event']['action']}")
        if not event["rasp"]["matches"]:
            row.failures.append("the event names no rule that matched")


def print_table(rows: list) -> None:
    columns = ("request", "got", "protected", "rule", "event")
    titles = ("Request", "Behind nginx alone, the attacker got", "ngx-rasp", "Rule", "Event")
    room = max(shutil.get_terminal_size((200, 50)).columns, 120)
    fixed = {"protected": 8, "event": max([5, *(len(r.event) for r in rows)])}
    rest = room - sum(fixed.values()) - 2 * (len(columns) - 1)
    share = {"request": 0.42, "got": 0.27, "rule": 0.31}
    widths = [fixed.get(c) or int(rest * share[c]) for c in columns]

    def line(cells) -> str:
        texts = (cell.replace("\n", " ") for cell in cells)
        cut = [text if len(text) <= width else text[:width - 1] + "…" for text, width in zip(texts, widths)]
        return "  ".join(c.ljust(w) for c, w in zip(cut, widths)).rstrip()

    print(line(titles))
    print("  ".join("-" * w for w in widths))
    for row in rows:
        print(line(getattr(row, c) for c in columns))


def run_tour(stage: Stage) -> list:
    tour = Tour(stage)
    failures = []
    for name, shot in BENIGN:
        failures += tour.honest(name, shot)
    passed = len(BENIGN) - len({f.split(":")[0] for f in failures})
    print(f"\nHonest requests: {passed} of {len(BENIGN)} got the same answer from both shops, "
          "with security headers added.\n")
    rows = [tour.attack(attack) for attack in ATTACKS]
    print_table(rows)
    stopped = sum(not row.failures for row in rows)
    kinds = len({attack.kind for attack in ATTACKS})
    print(f"\nAttacks: {stopped} of {len(rows)}, of {kinds} kinds, succeeded behind nginx alone "
          "and were stopped by ngx-rasp.")
    failures += [f"{row.request}: {'; '.join(row.failures)}" for row in rows if row.failures]
    for failure in failures:
        print(f"FAILED  {failure}")
    return failures


def wait_for_interrupt(stage: Stage) -> None:
    print(f"""
The shop behind nginx alone:   {stage.unprotected.url}
The shop behind ngx-rasp:      {stage.protected.url}
  try                          {stage.protected.url}search?q=<script>alert(1)</script>
  counters                     {stage.protected.url}rasp-status
  event log                    {stage.log}
Ctrl-C ends the demonstration.""", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", required=True, type=Path, help="ngx_http_rasp_module.so")
    parser.add_argument("--rules", required=True, type=Path, help="directory of the ruleset")
    parser.add_argument("--once", action="store_true", help="end after the tour")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the stage is cleared
    try:
        with Stage(options.module.resolve(), options.rules.resolve()) as stage:
            failures = run_tour(stage)
            if not options.once:
                wait_for_interrupt(stage)
    except StageError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
