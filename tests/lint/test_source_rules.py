# SPDX-License-Identifier: Apache-2.0
"""The source tree keeps to its rules; and each rule, broken on purpose in a tree of its own, is noticed."""

import pathlib

import pytest

import source_rules as rules

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPDX = "// SPDX-License-Identifier: Apache-2.0\n"

CHECKS = [
    rules.check_includes,
    rules.check_folders,
    rules.check_code,
    rules.check_license,
    rules.check_unfinished,
    rules.check_length,
    rules.check_format,
    rules.check_tested,
    rules.check_guides,
]


def name_of(check):
    return check.__name__.replace("check_", "")


@pytest.mark.parametrize("check", CHECKS, ids=name_of)
def test_the_tree_keeps_to(check):
    violations = check(ROOT)
    assert not violations, "\n" + "\n".join(violations)


def test_there_is_something_to_check():
    assert len(rules.files(ROOT, rules.CODE, "engine")) > 50
    assert rules.files(ROOT, rules.CODE, "module")
    assert rules.files(ROOT, rules.CODE, "tests")
    assert len(list(rules.includes(ROOT, "engine"))) > 200
    tables = {table for table, _ in rules.primitives(ROOT)}
    assert "engine/src/transform/table.cc" in tables
    assert any(table.startswith("engine/src/operator/") for table in tables)
    assert len(rules.primitives(ROOT)) > 50


def test_the_graph_of_folders_has_no_cycle():
    level = {}
    while len(level) < len(rules.KNOWS):
        ready = [name for name, known in rules.KNOWS.items()
                 if name not in level and all(other in level for other in known.split())]
        assert ready, "a cycle among " + ", ".join(sorted(set(rules.KNOWS) - set(level)))
        level.update({name: len(level) for name in ready})


def test_long_files_are_still_long():
    """An exemption that is no longer needed goes away."""
    for name in rules.LONG_FILES:
        path = ROOT / name
        assert path.is_file() and len(path.read_text().splitlines()) > rules.LINE_LIMIT, name


def plant(root: pathlib.Path, path: str, text: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


@pytest.fixture(name="tree")
def small_tree(tmp_path):
    """A tree without a violation."""
    plant(tmp_path, "engine/include/rasp/event.h", SPDX + "#include <string>\n")
    plant(tmp_path, "engine/src/core/ascii.h", SPDX + "#include <cstdint>\n")
    plant(tmp_path, "engine/src/transform/table.cc",
          SPDX + '#include "core/ascii.h"\n#include "rasp/event.h"\n    {"trim", Trim, "removes"},\n')
    plant(tmp_path, "engine/src/transform/CMakeLists.txt", "rasp_folder(transform\n  SOURCES table.cc\n  KNOWS core)\n")
    plant(tmp_path, "engine/src/match/regex.cc", SPDX + "#include <re2/re2.h>\n")
    plant(tmp_path, "engine/src/http/body/xml.cc", SPDX + "#include <libxml/parser.h>\n")
    plant(tmp_path, "engine/cli/main.cc", SPDX + '#include <CLI/CLI.hpp>\n#include "rasp/event.h"\n')
    plant(tmp_path, "module/src/ngx.h", SPDX + "#include <ngx_core.h>\n")
    plant(tmp_path, "module/src/adapt.cc", SPDX + '#include "ngx.h"\n#include "rasp/event.h"\n')
    for guide in rules.GUIDES:
        plant(tmp_path, guide, "`engine/src`, `make/it`\n")
    plant(tmp_path, "tests/unit/transform/trim_test.cc", SPDX + '#include "transform/transform.h"\n// "trim"\n')
    return tmp_path


def test_a_tree_without_violations_passes(tree):
    for check in CHECKS:
        if check is not rules.check_format:
            assert check(tree) == [], name_of(check)


BAD_INCLUDES = [
    ("UpwardEdge", "engine/src/core/bad.cc", '"eval/inspection.h"'),
    ("SidewaysEdge", "engine/src/transform/bad.cc", '"match/regex.h"'),
    ("ParserInEvaluation", "engine/src/eval/bad.cc", '"json_rules/load.h"'),
    ("CompilerInEvaluation", "engine/src/eval/bad.cc", '"compile/build.h"'),
    ("Re2OutsideMatch", "engine/src/operator/bad.cc", "<re2/re2.h>"),
    ("XmlLibraryOutsideBodies", "engine/src/http/bad.cc", "<libxml/parser.h>"),
    ("JsonLibraryInPublicHeader", "engine/include/rasp/bad.h", "<nlohmann/json.hpp>"),
    ("EngineInPublicHeader", "engine/include/rasp/bad.h", '"core/ascii.h"'),
    ("NeighbourInPublicHeader", "engine/include/rasp/bad.h", '"event.h"'),
    ("NginxInTheEngine", "engine/src/http/bad.cc", "<ngx_core.h>"),
    ("NginxBesideItsDoor", "module/src/bad.cc", "<ngx_http.h>"),
    ("EngineInTheModule", "module/src/bad.cc", '"core/ascii.h"'),
    ("JsonLibraryInTheModule", "module/src/bad.cc", "<nlohmann/json.hpp>"),
    ("CommandInTheEngine", "engine/src/audit/bad.cc", '"cli/verbs.h"'),
    ("EngineInTheCommand", "engine/cli/bad.cc", '"rule/target.h"'),
    ("LoggingInTheEngine", "engine/src/audit/bad.cc", "<spdlog/spdlog.h>"),
    ("SocketsInTheEngine", "engine/src/eval/bad.cc", "<sys/socket.h>"),
    ("UnknownLibrary", "engine/src/core/bad.cc", "<boost/any.hpp>"),
    ("WayAround", "engine/src/core/bad.cc", '"../transform/table.cc"'),
    ("NoSuchNeighbour", "module/src/bad.cc", '"nowhere.h"'),
    ("SpacedDirective", "engine/src/core/bad.cc", '  "eval/inspection.h"'),
]


@pytest.mark.parametrize("path,header", [row[1:] for row in BAD_INCLUDES], ids=[row[0] for row in BAD_INCLUDES])
def test_a_bad_include_is_noticed(tree, path, header):
    plant(tree, path, SPDX + f"#include {header}\n")
    name = header.strip().strip('<>"')
    assert rules.check_includes(tree) == [f"{path}:2: may not include {name}"]


BAD_CODE = [
    ("ThreadLocal", "engine/src/core/bad.cc", "thread_local int x;"),
    ("SharedOwnership", "engine/src/eval/bad.cc", "std::shared_ptr<int> x;"),
    ("Clock", "engine/src/eval/bad.cc", "auto t = std::chrono::steady_clock::now();"),
    ("Exception", "engine/src/compile/bad.cc", "throw 1;"),
    ("Cast", "engine/src/eval/bad.cc", "dynamic_cast<A*>(b);"),
]


@pytest.mark.parametrize("path,line", [row[1:] for row in BAD_CODE], ids=[row[0] for row in BAD_CODE])
def test_bad_code_is_noticed_but_not_talk_of_it(tree, path, line):
    plant(tree, path, SPDX + f'// {line}\nconst char* x = "{line}";\n')
    assert rules.check_code(tree) == []
    plant(tree, path, SPDX + line + "\n")
    assert len(rules.check_code(tree)) == 1


@pytest.mark.parametrize("line", ["throw;", "throw std::bad_alloc();"])
def test_what_spent_memory_throws_is_no_violation(tree, line):
    plant(tree, "engine/src/core/good.cc", SPDX + line + "\n")
    assert rules.check_code(tree) == []


def test_a_folder_without_a_row_is_noticed(tree):
    plant(tree, "engine/src/novel/a.cc", SPDX)
    assert rules.check_folders(tree) == ["engine/src/novel:1: a folder without a row in KNOWS"]


def test_a_link_beyond_the_table_is_noticed(tree):
    plant(tree, "engine/src/transform/CMakeLists.txt", "rasp_folder(transform\n  SOURCES table.cc\n  KNOWS core\n    eval)\n")
    assert rules.check_folders(tree) == ["engine/src/transform/CMakeLists.txt:1: may not know eval"]


@pytest.mark.parametrize("text", ["int x;\n", "\n" + SPDX, "", "#!/bin/sh\necho\n"], ids=["None", "Late", "Empty", "AfterShebang"])
def test_a_missing_license_line_is_noticed(tree, text):
    plant(tree, "engine/src/core/bad.cc", text)
    assert rules.check_license(tree) == ["engine/src/core/bad.cc:1: no SPDX line"]


def test_a_license_line_after_the_interpreter_is_found(tree):
    plant(tree, "tests/good.sh", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n")
    assert rules.check_license(tree) == []


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "X" * 3])
@pytest.mark.parametrize("path", ["engine/src/core/bad.cc", "docs/bad.md", "rulesets/bad.json"])
def test_unfinished_work_is_noticed(tree, path, word):
    plant(tree, path, f"// {word}: later\n")
    assert len(rules.check_unfinished(tree)) == 1


def test_a_long_file_is_noticed(tree):
    plant(tree, "engine/src/core/bad.cc", SPDX * rules.LINE_LIMIT)
    assert rules.check_length(tree) == []
    plant(tree, "engine/src/core/bad.cc", SPDX * (rules.LINE_LIMIT + 1))
    assert len(rules.check_length(tree)) == 1


def test_bad_format_is_noticed(tree):
    plant(tree, ".clang-format", (ROOT / ".clang-format").read_text())
    plant(tree, "engine/src/core/bad.cc", SPDX + "int  x ;\n")
    assert "engine/src/core/bad.cc:2: not as clang-format-14 writes it" in rules.check_format(tree)


def test_what_no_test_names_is_noticed(tree):
    plant(tree, "engine/src/operator/string.cc", SPDX + '    {"streq", Streq::Make, "equal"},\n')
    plant(tree, "engine/include/rasp/unused.h", SPDX)
    assert rules.check_tested(tree) == [
        'engine/src/operator/string.cc:1: no unit test names "streq"',
        "engine/include/rasp/unused.h:1: nothing uses it",
    ]


@pytest.mark.parametrize("text", ["`engine/src/gone`", "[there](gone.md)"])
def test_a_path_that_is_gone_is_noticed(tree, text):
    plant(tree, "CONTRIBUTING.md", f"See\n{text}\n")
    assert [line.split(" there")[0] for line in rules.check_guides(tree)] == ["CONTRIBUTING.md:2:"]
