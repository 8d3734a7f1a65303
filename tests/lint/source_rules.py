# SPDX-License-Identifier: Apache-2.0
"""What the source tree must keep to. Each check takes the tree's root and returns its violations as
"path:line: what is wrong"; the tables that they read come first."""

import pathlib
import re
import subprocess
from typing import Dict, Iterator, List, NamedTuple, Set, Tuple

# Folder of engine/src -> folders whose headers it may include, besides its own and rasp/*.h.
KNOWS: Dict[str, str] = {
    "core": "",
    "json": "core",
    "token": "core json",
    "graphql": "core json",
    "seal": "core token",
    "transform": "core",
    "match": "core",
    "http": "core",
    "operator": "core match",
    "spec": "core",
    "json_rules": "core spec",
    "rule": "core transform match http operator logic",
    "seclang": "core spec",
    "store": "core",
    "schema": "core json match http",
    "schema_rules": "core json match http json_rules schema",
    "openapi": "core json_rules schema_rules",
    "entity": "core",
    "net": "core operator entity",
    "logic": "core match http operator entity json schema token graphql seal",
    "logic_rules": "core match http operator json_rules entity logic json schema schema_rules token seal",
    "compile": "core spec json_rules seclang rule transform operator match http logic logic_rules",
    "eval": "core rule http operator transform match logic entity",
    "headers": "core",
    "modsec": "core compile",
    "audit": "core match",
}

# Start of a header that is not the C++ standard library's -> paths below which it may be included. The first entry that
# fits decides; a header that fits none is refused everywhere.
LIBRARIES: List[Tuple[str, str]] = [
    ("re2/", "engine/src/match engine/cli/ftw tests"),
    ("pcre2.h", "engine/src/match tests"),
    ("libxml/", "engine/src/http/body"),
    ("emmintrin.h", "engine/src/http/body"),
    ("zlib.h", "engine/src/http/coding tests"),
    ("brotli/", "engine/src/http/coding tests"),
    ("zstd", "engine/src/http/coding tests"),
    ("maxminddb.h", "engine/src/operator engine/src/net tests"),
    ("openssl/", "engine/src/transform engine/src/token engine/src/seal engine/src/compile engine/src/audit engine/src/headers engine/cli tests"),
    ("nlohmann/", "engine/src/json_rules engine/src/audit engine/cli tests module/src/status_report.cc "
                  "module/src/event_sink.cc"),
    ("CLI/", "engine/cli"),
    ("yaml-cpp/", "engine/cli/ftw engine/cli/openapi_yaml.cc"),
    ("spdlog/", "module/src"),
    ("ngx_", "module/src/ngx.h module/src/modules.c"),
    ("nginx.h", "module/src/ngx.h module/src/modules.c"),
    ("modsecurity/", "engine/src/modsec tests"),
    ("gtest/", "tests"),
    ("gmock/", "tests"),
    ("benchmark/", "tests"),
    # The system's. What the engine needs of the network is the spelling of addresses.
    ("arpa/inet.h", "engine/src/operator engine/cli module/src tests"),
    ("netinet/in.h", "engine/src/operator engine/src/net engine/cli module/src tests"),
    ("glob.h", "engine/src/seclang engine/cli module/src"),
    ("malloc.h", "engine/src module/src tests"),
    ("unistd.h", "engine/cli module/src tests"),
    ("fcntl.h", "engine/cli module/src tests"),
    ("signal.h", "engine/cli module/src tests"),
    ("pthread.h", "module/src"),
    ("poll.h", "engine/cli tests"),
    ("netdb.h", "engine/cli"),
    ("netinet/tcp.h", "engine/cli"),
    ("time.h", "engine/cli module/src tests"),
    ("valgrind/", "tests"),
    ("dlfcn.h", "tests/bench"),
    ("execinfo.h", "tests/bench"),
    ("sys/", "engine/cli module/src tests"),
]

# Text that must not occur below a path, and where it may all the same.
FORBIDDEN_CODE: List[Tuple[str, str, str, str]] = [
    # pattern, why, below, except
    (r"\bthread_local\b", "no thread-local state", "engine module", ""),
    (r"\bshared_ptr\b", "no shared ownership while rules are evaluated",
     "engine/src/transform engine/src/match engine/src/http engine/src/operator engine/src/eval", ""),
    (r"_clock::now\b|\bclock_gettime\b|\bgettimeofday\b", "the engine is given its clock",
     "engine/src engine/include", "engine/src/core/system_clock.cc"),
    (r"\bthrow\b(?!\s*;|\s*std::bad_alloc\b)", "errors are results or data; only spent memory unwinds",
     "engine/src engine/include module/src", ""),
    (r"\bdynamic_cast\b", "what a thing is, is known at load", "engine/src", ""),
]

UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]) + r")\b")

LINE_LIMIT = 600
LONG_FILES: Dict[str, str] = {  # path -> why it may be longer
    "engine/src/match/pattern_rewrite.cc": "one algorithm: the parser of PCRE's syntax",
}

CODE = {".cc", ".h", ".c"}
SOURCES = CODE | {".py", ".sh"}
TEXTS = SOURCES | {".md", ".txt", ".cmake", ".json", ".yaml", ".yml", ".conf", ".js", ".css", ".html"}
NOT_OURS = {".git", "build", "corpus", "__pycache__", ".pytest_cache", "node_modules", "third_party"}

# Documents in which each `path` of the tree that is named must exist.
GUIDES = ["CONTRIBUTING.md", "SECURITY.md", "docs/hacking.md", "docs/architecture.md"]
TREE = "engine module tests docs rulesets scripts nginx-conf docker cmake debian"

# Where rows of primitives stand: `{"name", Function, ...`.
PRIMITIVE_TABLES = ["engine/src/transform/table.cc", "engine/src/operator"]

# ---------------------------------------------------------------------------------------------------------------------

STANDARD = re.compile(r"[a-z_0-9]+")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
PRIMITIVE = re.compile(r'^\s*\{"([A-Za-z0-9]+)",\s*&?[A-Z]\w*(?:::\w+|<[^>]*>)*,')


class Include(NamedTuple):
    path: str
    line: int
    header: str
    quoted: bool


def files(root: pathlib.Path, suffixes: Set[str], below: str = ".") -> List[pathlib.Path]:
    """The tree's files with one of the suffixes, without what is generated or foreign."""
    found = []
    for path in sorted((root / below).rglob("*")):
        parts = path.relative_to(root).parts
        if path.suffix in suffixes and path.is_file() and not NOT_OURS.intersection(parts):
            found.append(path)
    return found


def is_below(path: str, places: str) -> bool:
    return any(path == place or path.startswith(place + "/") for place in places.split())


def includes(root: pathlib.Path, below: str) -> Iterator[Include]:
    for path in files(root, CODE, below):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            match = INCLUDE.match(line)
            if match:
                yield Include(str(path.relative_to(root)), number, match.group(2), match.group(1) == '"')


def library_is_allowed(path: str, header: str) -> bool:
    if STANDARD.fullmatch(header):
        return True
    for start, places in LIBRARIES:
        if header.startswith(start):
            return is_below(path, places)
    return False


def own_headers(path: str) -> str:
    """The folders of engine/src that a file may include from; "*" for all of them."""
    parts = pathlib.PurePath(path).parts
    if parts[0] == "tests":
        return "*"
    if parts[:2] == ("engine", "src"):
        return parts[2] + " " + KNOWS.get(parts[2], "")
    return ""  # the public headers, raspctl and the module see rasp/*.h alone


def include_is_allowed(root: pathlib.Path, include: Include) -> bool:
    if not include.quoted:
        return library_is_allowed(include.path, include.header)
    folder = include.header.split("/")[0]
    if folder == "rasp":
        return True
    if folder == "cli" and is_below(include.path, "engine/cli tests/unit/cli tests/bench tests/conformance"):
        return True
    if "/" in include.header and folder in KNOWS:
        allowed = own_headers(include.path)
        return allowed == "*" or folder in allowed.split()
    # A neighbour; never the way for a file of the engine or a public header to reach outside its folder.
    beside = (root / include.path).parent / include.header
    return ".." not in include.header and beside.is_file() and not is_below(include.path, "engine/include")


def check_includes(root: pathlib.Path) -> List[str]:
    violations = []
    for below in ("engine", "module", "tests"):
        for include in includes(root, below):
            if not include_is_allowed(root, include):
                violations.append(f"{include.path}:{include.line}: may not include {include.header}")
    return violations


def check_folders(root: pathlib.Path) -> List[str]:
    """Every folder of engine/src is in KNOWS, and its CMakeLists.txt links no more than KNOWS allows."""
    violations = []
    for folder in sorted(path for path in (root / "engine/src").iterdir() if path.is_dir()):
        name = folder.name
        if name not in KNOWS:
            violations.append(f"engine/src/{name}:1: a folder without a row in KNOWS")
            continue
        lists = folder / "CMakeLists.txt"
        text = lists.read_text() if lists.is_file() else ""
        for links in re.findall(r"\bKNOWS\s+([a-z_ \n]+)", text):
            for other in links.split():
                if other not in KNOWS[name].split():
                    violations.append(f"engine/src/{name}/CMakeLists.txt:1: may not know {other}")
    return violations


def code_lines(path: pathlib.Path) -> Iterator[Tuple[int, str]]:
    """Lines without what string literals and // comments say."""
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        yield number, re.sub(r'"(?:[^"\\]|\\.)*"', '""', line).split("//")[0]


def check_code(root: pathlib.Path) -> List[str]:
    violations = []
    for path in files(root, CODE):
        name = str(path.relative_to(root))
        rules = [(pattern, why) for pattern, why, below, but in FORBIDDEN_CODE
                 if is_below(name, below) and not is_below(name, but)]
        for number, line in code_lines(path):
            violations += [f"{name}:{number}: {why}" for pattern, why in rules if re.search(pattern, line)]
    return violations


def check_license(root: pathlib.Path) -> List[str]:
    """The first line, or the second after an interpreter's."""
    violations = []
    for path in files(root, SOURCES):
        head = path.read_text(errors="replace").splitlines()[:2]
        if head and head[0].startswith("#!"):
            head = head[1:]
        if not head or not re.fullmatch(r"(//|#) SPDX-License-Identifier: Apache-2\.0", head[0]):
            violations.append(f"{path.relative_to(root)}:1: no SPDX line")
    return violations


def check_unfinished(root: pathlib.Path) -> List[str]:
    violations = []
    for path in files(root, TEXTS):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if UNFINISHED.search(line):
                violations.append(f"{path.relative_to(root)}:{number}: unfinished: {line.strip()[:80]}")
    return violations


def check_length(root: pathlib.Path) -> List[str]:
    violations = []
    for path in files(root, CODE):
        name = str(path.relative_to(root))
        lines = len(path.read_text(errors="replace").splitlines())
        if lines > LINE_LIMIT and name not in LONG_FILES:
            violations.append(f"{name}:{LINE_LIMIT + 1}: {lines} lines, the limit is {LINE_LIMIT}")
    return violations


def check_format(root: pathlib.Path) -> List[str]:
    paths = [str(path) for path in files(root, CODE) if path.suffix != ".c"]
    if not paths:
        return []
    run = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *paths], capture_output=True, text=True, check=False)
    wrong = re.findall(r"^(/.+?):(\d+):\d+: error: code should be clang-formatted", run.stderr, re.M)
    if run.returncode != 0 and not wrong:
        return [f"clang-format-14:1: {run.stderr.strip()[:200]}"]
    first = {}
    for path, line in wrong:
        first.setdefault(path, line)
    return [f"{pathlib.Path(path).relative_to(root)}:{line}: not as clang-format-14 writes it" for path, line in first.items()]


def primitives(root: pathlib.Path) -> List[Tuple[str, str]]:
    """(table, name) of every row of a primitive."""
    rows = []
    for place in PRIMITIVE_TABLES:
        path = root / place
        for table in [path] if path.is_file() else files(root, {".cc"}, place):
            for line in table.read_text().splitlines():
                match = PRIMITIVE.match(line)
                if match:
                    rows.append((str(table.relative_to(root)), match.group(1)))
    return rows


def check_tested(root: pathlib.Path) -> List[str]:
    """Each primitive is named in a unit test, each public header in a test, the engine's or the documents' text."""
    tests = "\n".join(path.read_text(errors="replace") for path in files(root, CODE, "tests/unit"))
    violations = [f"{table}:1: no unit test names \"{name}\"" for table, name in primitives(root)
                  if not re.search(rf"\b{re.escape(name)}\b", tests)]
    users = tests + "\n".join(path.read_text(errors="replace") for path in
                              files(root, CODE, "engine/src") + files(root, {".md"}, "docs"))
    for header in files(root, {".h"}, "engine/include/rasp"):
        if f"rasp/{header.name}" not in users:
            violations.append(f"engine/include/rasp/{header.name}:1: nothing uses it")
    return violations


def check_guides(root: pathlib.Path) -> List[str]:
    """A path between back quotes, or where a link goes, is there."""
    violations = []
    for guide in GUIDES:
        path = root / guide
        if not path.is_file():
            violations.append(f"{guide}:1: missing")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            named = [name for name in re.findall(r"`([\w./-]+)`", line) if is_below(name, TREE)]
            named += [f"{path.parent.relative_to(root)}/{link}" for link in re.findall(r"\]\(([\w./-]+)\)", line)]
            violations += [f"{guide}:{number}: there is no {name}" for name in named if not (root / name).exists()]
    return violations
