#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many mixed requests over many connections; meant for a module with AddressSanitizer in it (RASP_ASAN=1).

soak.py [REQUESTS [CONNECTIONS]]: prints its figures; fails on a wrong answer, a dirty error log or a sanitizer's report.
"""
import json
import sys
import time

from load import Load, Site


def main():
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 64
    with Site() as nginx:
        begin = time.monotonic()
        load = Load(nginx.port, connections, total).start()
        load.join()
        seconds = time.monotonic() - begin
        counters = json.loads(nginx.get("/rasp").text)["counters"]
        nginx.stop()
        events = len(nginx.events())
        print(f"{load.sent} requests over {connections} connections in {seconds:.1f} s; {len(load.failures)} failed; "
              f"{counters['blocked']} blocked, {counters['would_block']} would be; {events} events, "
              f"{counters['events_dropped']} dropped, {counters['events_failed']} not written")
        for failure in load.failures[:10]:
            print("failed:", *failure)
        nginx.assert_clean()
    return 1 if load.failures or counters["events_failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
