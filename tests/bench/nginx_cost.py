#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What inspection costs in nginx: the same proxy bare, with Debian's ModSecurity module and with ours, in one run.

    [CRS_DIR=/path/to/coreruleset] nginx_cost.py [--rounds N] [--seconds S] [--mix NAME]... [--level4] [--again] [--json FILE] [--markdown]
                                                 [--min-ratio MIX=N]... [--max-level4 N] [--max-attack N] [--max-own MIX=N]...

Targets, each one worker on core 0 that proxies over kept-alive connections to another nginx, which answers 1 KB of HTML
(inspected): "proxy" without inspection; "own" with the module and the rules that ship; and, where CRS_DIR is, OWASP CRS
at paranoia level 1 with the module ("crs") and with Debian's libnginx-mod-http-modsecurity ("modsec"). --level4 adds the
module with CRS at level 4 ("crs4"). Rounds alternate the targets' order (A B C, C B A, ...). Every request carries words that were
never sent before; with --again all requests of a run are the same.

CPU is the worker's own time on a core (/proc/PID/schedstat), so neither the client nor the back end counts. "added" is
what a target costs beyond the bare proxy at full speed, by medians over the rounds; "ratio" is modsec's added CPU divided
by ours. A proxy at full speed costs less a request than the same proxy with less to do: its peers are awake, so that the
kernel need not wake them for each answer. "at rate" is what a target costs beyond the bare proxy when that has as many
requests a second, at least 200, and the second ratio is that of these.
Exit status 1: a request was answered wrongly, a bar was missed, or our worker holds more memory than ModSecurity's.
Environment: RASP_MODULE (the .so), RASP_LOAD_CLIENT (the program that sends).
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
MODULE = os.environ.get("RASP_MODULE", str(ROOT / "build/dev/module/ngx_http_rasp_module.so"))
CLIENT = os.environ.get("RASP_LOAD_CLIENT", str(ROOT / "build/dev/tests/bench/load_client"))
MODSECURITY = "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so"
MIXES = ["get_short", "get_10args", "form_1k", "json_2k", "multipart_100k", "json_64k", "form_1m", "json_1m",
         "attack_sqli", "attack_xss"]
ATTACKS = {"attack_sqli", "attack_xss"}
LEAST_RATE = 200  # requests a second of the paced proxy: for fewer a run would last too long
SLOW = {"json_64k", "form_1m", "json_1m"}  # sent on one connection: some servers take a second for each

CONF = """daemon off; worker_processes 1; worker_cpu_affinity {core}; pid {dir}/pid; error_log {dir}/error.log error; {user} {main}
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 10000000; client_max_body_size 64m; client_body_buffer_size 2m;
  client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u;
  scgi_temp_path {dir}/s;
  {http}
}}
"""
PROXY = """upstream app {{ server 127.0.0.1:{backend}; keepalive 16; keepalive_requests 10000000; }}
  server {{ listen 127.0.0.1:{port}; {server}
    location / {{ proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }} }}"""
PAGE = "<!doctype html><html><head><title>Shop</title></head><body>" + "<p>This is a page of the shop.</p>\n" * 27 + "</body></html>\n"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def crs_configuration(directory, level):
    """The same file of SecLang that the in-process measurements use."""
    text = (HERE / "crs.conf").read_text().replace("{crs}", os.path.abspath(os.environ["CRS_DIR"]))
    path = pathlib.Path(directory, f"crs{level}.conf")
    path.write_text(text.replace("{level}", str(level)).replace("{threshold}", "5" if level == 1 else "10000"))
    return path


class Server:
    def __init__(self, name, http, port, main="", core="01"):
        self.name, self.port = name, port
        self.dir = tempfile.mkdtemp(prefix="rasp-bench-")
        os.chmod(self.dir, 0o755)
        conf = pathlib.Path(self.dir, "nginx.conf")
        user = "user www-data;" if os.geteuid() == 0 else ""
        conf.write_text(CONF.format(dir=self.dir, main=main, http=http.replace("@DIR@", self.dir), core=core, user=user))
        self.process = subprocess.Popen([NGINX, "-e", f"{self.dir}/error.log", "-c", str(conf)], stderr=subprocess.DEVNULL)
        self.worker = self.wait()

    def wait(self):
        for _ in range(400):
            if self.process.poll() is not None:
                break
            children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                if children:
                    return int(children[0])
            except OSError:
                pass
            time.sleep(0.05)
        sys.exit(f"{self.name} did not start:\n" + pathlib.Path(self.dir, "error.log").read_text()[-3000:])

    def memory_kb(self, key="VmRSS"):
        return int(re.search(rf"{key}:\s+(\d+)", pathlib.Path(f"/proc/{self.worker}/status").read_text())[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        shutil.rmtree(self.dir, ignore_errors=True)


def targets(scratch, level4):
    """Name -> (main, server) of nginx's configuration; the order is that of the first round."""
    ours = f"load_module {MODULE};"
    log = "rasp_log @DIR@/events.log;"
    found = {"proxy": ("", "")}
    if os.environ.get("CRS_DIR"):
        crs = crs_configuration(scratch, 1)
        if os.path.exists(MODSECURITY):
            found["modsec"] = (f"load_module {MODSECURITY};", f"modsecurity on; modsecurity_rules_file {crs};")
        found["crs"] = (ours, f"rasp block; rasp_rules {crs}; {log}")
        if level4:
            found["crs4"] = (ours, f"rasp block; rasp_rules {crs_configuration(scratch, 4)}; {log}")
    found["own"] = (ours, f"rasp block; rasp_rules {ROOT}/rulesets/owasp-top10/*.json; {log}")
    return found


def send(server, mix, seed, **options):
    command = [CLIENT, str(server.port), mix, f"seed={seed}", f"pid={server.worker}", *(f"{k}={v}" for k, v in options.items())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{server.name}, {mix}: {done.stderr}")
    return json.loads(done.stdout)


def wrong_answers(name, mix, statuses):
    refuses = mix in ATTACKS and name in ("modsec", "crs", "own")  # "crs4" only scores
    return sum(number for status, number in statuses.items() if status != ("403" if refuses else "200"))


def measure(servers, mix, options):
    """Target -> its figures over all rounds."""
    runs, wrong, paced = {name: [] for name in servers}, {}, {}
    seed = zlib.crc32(mix.encode())
    settings = {"connections": 1 if mix in SLOW else options.connections, "again": int(options.again)}
    for name, server in servers.items():
        send(server, mix, seed, count=8 if mix in SLOW and name == "modsec" else 200, seconds=options.seconds / 2, **settings)
    for number in range(options.rounds):
        for name in list(servers) if number % 2 == 0 else list(servers)[::-1]:
            seed += 1
            run = send(servers[name], mix, seed, seconds=options.seconds, **settings)
            runs[name].append(run)
            wrong[name] = wrong.get(name, 0) + wrong_answers(name, mix, run["statuses"])
    figures = {}
    for name, server in servers.items():
        if name == "proxy":
            continue
        rate = statistics.median(run["per_second"] for run in runs[name])
        for _ in range(options.rounds):
            seed += 1
            run = send(servers["proxy"], mix, seed, seconds=options.seconds / 2, rate=max(rate, LEAST_RATE), **settings)
            paced.setdefault(name, []).append(run["cpu_us"])
    for name, server in servers.items():
        middle = {key: statistics.median(run[key] for run in runs[name]) for key in ("cpu_us", "per_second", "p50_ms", "p99_ms")}
        figures[name] = {**middle, "cpu_us_all": [run["cpu_us"] for run in runs[name]], "wrong": wrong[name],
                         "rss_kb": server.memory_kb()}
    for name, figure in figures.items():
        figure["added_us"] = figure["cpu_us"] - figures["proxy"]["cpu_us"]
        figure["at_rate_us"] = figure["cpu_us"] - statistics.median(paced.get(name, [figure["cpu_us"]]))
    return figures


def ratio(figures, by="added_us"):
    """How many times less CPU ours adds with CRS than ModSecurity's module."""
    if "modsec" not in figures or "crs" not in figures:
        return None
    return figures["modsec"][by] / max(figures["crs"][by], 0.1)


def print_mix(mix, figures):
    for name, figure in figures.items():
        ratios = [ratio(figures), ratio(figures, "at_rate_us")] if name == "crs" and "modsec" in figures else []
        print(f"{mix:15} {name:7} {figure['cpu_us']:11.1f} {figure['added_us']:11.1f} {figure['at_rate_us']:9.1f} {figure['per_second']:9.0f} "
              f"{figure['p50_ms']:9.3f} {figure['p99_ms']:9.3f} {figure['rss_kb'] / 1024:7.1f}"
              + "".join(f" {each:7.1f}x" for each in ratios), flush=True)


def spelled(microseconds):
    return f"{microseconds:,.0f}" if microseconds >= 100 else f"{microseconds:.1f}"


def print_markdown(results):
    """One row a mix: the bare proxy's CPU, what each target adds, and the ratios."""
    names = [name for name in next(iter(results.values())) if name != "proxy"]
    heads = {"modsec": "ModSecurity, CRS level 1", "crs": "ours, CRS level 1", "crs4": "ours, CRS level 4", "own": "ours, shipped rules"}
    print("\n| Requests | proxy alone | " + " | ".join("+ " + heads[name] for name in names) + " | ratio | at one rate |")
    print("|---" * (len(names) + 4) + "|")
    for mix, figures in results.items():
        cells = [spelled(figures["proxy"]["cpu_us"]), *(spelled(figures[name]["added_us"]) for name in names)]
        ratios = [ratio(figures), ratio(figures, "at_rate_us")] if "modsec" in figures else [0, 0]
        print(f"| `{mix}` | " + " | ".join(cells) + "".join(f" | {each:.0f} ×" for each in ratios) + " |")


def missed_bars(results, options):
    missed = []
    for mix, figures in results.items():
        missed += [f"{mix}: {f['wrong']} wrong answers of {name}" for name, f in figures.items() if f["wrong"]]
    for mix, bar in (item.split("=") for item in options.min_ratio):
        found = ratio(results[mix]) if mix in results else None
        if found is not None and found < float(bar):
            missed.append(f"{mix}: ModSecurity's module adds {found:.1f} times as much, the bar is {bar}")
    for mix, bar in (item.split("=") for item in options.max_own):
        figures = results.get(mix)
        if figures and figures["own"]["cpu_us"] > float(bar) * figures["proxy"]["cpu_us"]:
            missed.append(f"{mix}: with the rules that ship {figures['own']['cpu_us'] / figures['proxy']['cpu_us']:.2f} times the bare "
                          f"proxy's CPU, the bar is {bar}")
    for mix, figures in results.items():
        if options.max_level4 and "crs4" in figures and mix not in ATTACKS:
            times = figures["crs4"]["added_us"] / max(figures["crs"]["added_us"], 0.1)
            if times > options.max_level4:
                missed.append(f"{mix}: level 4 adds {times:.2f} times what level 1 does, the bar is {options.max_level4}")
        if options.max_attack and mix in ATTACKS and "get_short" in results:
            for name in set(figures) & {"crs", "own"}:
                times = figures[name]["cpu_us"] / results["get_short"][name]["cpu_us"]
                if times > options.max_attack:
                    missed.append(f"{mix}: {times:.2f} times a clean request with {name}, the bar is {options.max_attack}")
    return missed


def missed_memory(servers):
    if "modsec" not in servers or servers["crs"].memory_kb() <= servers["modsec"].memory_kb():
        return []
    return [f"our worker holds {servers['crs'].memory_kb()} kB, ModSecurity's {servers['modsec'].memory_kb()} kB"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, help="of each run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--mix", action="append", choices=MIXES)
    parser.add_argument("--level4", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--json", help="write all figures there")
    parser.add_argument("--markdown", action="store_true", help="end with the table of docs/performance.md")
    parser.add_argument("--min-ratio", action="append", default=[], metavar="MIX=N")
    parser.add_argument("--max-own", action="append", default=[], metavar="MIX=N")
    parser.add_argument("--max-level4", type=float)
    parser.add_argument("--max-attack", type=float)
    return parser.parse_args()


def main():
    options = arguments()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    backend_port, servers, results = free_port(), {}, {}
    backend = Server("backend", f"server {{ listen 127.0.0.1:{backend_port}; location / {{ default_type text/html; return 200 '{PAGE}'; }} }}",
                     backend_port, core="10")
    scratch = tempfile.mkdtemp(prefix="rasp-bench-")
    try:
        for name, (load, server) in targets(scratch, options.level4).items():
            port = free_port()
            servers[name] = Server(name, PROXY.format(backend=backend_port, port=port, server=server), port, main=load)
        print(f"{'mix':15} {'target':7} {'CPU us/req':>11} {'added us':>11} {'at rate':>9} {'req/s':>9} {'p50 ms':>9} {'p99 ms':>9} {'RSS MB':>7}    ratio  at rate"
              f"   (medians of {options.rounds} alternated rounds)")
        for mix in options.mix or MIXES:
            results[mix] = measure(servers, mix, options)
            print_mix(mix, results[mix])
        missed = missed_bars(results, options) + missed_memory(servers)
    finally:
        for server in [*servers.values(), backend]:
            server.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    if "modsec" not in servers:
        print("not run: the comparison with ModSecurity's module (needs CRS_DIR and libnginx-mod-http-modsecurity)")
    if options.markdown:
        print_markdown(results)
    for text in missed:
        print(text)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"missed": missed, "mixes": results}, indent=1) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
