#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reloads under load: no request fails, and the master does not grow.

reload.py [RELOADS]: prints its figures; fails if a request fails or the master's memory after the last reload is more
than 5 % above that after the tenth.
"""
import sys
import time

from load import Load, Site, rss_kb

ALLOWED_GROWTH = 1.05


def main():
    reloads = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    sizes = []
    with Site() as nginx:
        load = Load(nginx.port, 8).start()
        try:
            for _ in range(reloads):
                nginx.reload()
                sizes.append(rss_kb(nginx.process.pid))
                time.sleep(0.05)
        finally:
            load.stop()
        nginx.stop()
        nginx.assert_clean()
    tenth, last = sizes[min(9, len(sizes) - 1)], sizes[-1]
    print(f"{reloads} reloads during {load.sent} requests, {len(load.failures)} failed; master's memory after reload 10: "
          f"{tenth} KiB, after reload {reloads}: {last} KiB ({(last / tenth - 1) * 100:+.1f} %)")
    for failure in load.failures[:10]:
        print("failed:", *failure)
    return 1 if load.failures or last > tenth * ALLOWED_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
