# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new option of a kind of objects needs a change of one file: that of the kind."""

from __future__ import annotations

import ast
import difflib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kind import Kind
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import KINDS, THINGS
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.options import WHAT_RUNS, every

CHECKOUT = pathlib.Path(__file__).resolve().parents[4]
CIB = CHECKOUT / "plugins" / "module_utils" / "_cib"

# What a contributor writes to give alerts an option `urgency`, which is an XML attribute of theirs.
CHANGES = (
    (
        '    "path": {"description": "The program. Required for a new alert.", "type": "str", "needed": True},\n',
        '    "path": {"description": "The program. Required for a new alert.", "type": "str", "needed": True},\n'
        '    "urgency": {"description": "How soon it counts.", "type": "str", "choices": ["low", "high"]},\n',
    ),
    ('    path: str\n    description: str = ""\n', '    path: str\n    description: str = ""\n    urgency: str = ""\n'),
    (
        '            path=element.get("path", ""),\n',
        '            path=element.get("path", ""),\n            urgency=element.get("urgency", ""),\n',
    ),
    (
        '            path=item.get("path") or current.path,\n',
        '            path=item.get("path") or current.path,\n'
        '            urgency=item.get("urgency") or current.urgency,\n',
    ),
    ('("path", "description")', '("path", "description", "urgency")'),
)
# What then follows from it, in a process of its own, because the collection is a changed copy.
LOOK = """
import json
import xml.etree.ElementTree as ET
import yaml
from ansible_collections.quorate.ha_cluster.plugins.doc_fragments._cib_objects import ModuleDocFragment
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.desired import merge
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.difference import difference
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.exportable import exportable
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.leftover import leftovers
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.render import render
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import Around, read

TEXT = '<cib><configuration><alerts><alert id="a" path="/a" urgency="low"/></alerts></configuration></cib>'
before = parse_cib(TEXT)
after = merge(before, {"alerts": [{"id": "a", "urgency": "high"}, {"id": "b", "path": "/b", "urgency": "low"}]})
wrong = read({"ha_alerts": [{"id": "a", "path": "/a", "urgency": "hihg"}]}, (), Around())
print(json.dumps({
    "specification": CIB["alerts"]["options"].get("urgency"),
    "module": yaml.safe_load(ModuleDocFragment.ALERTS)["options"].get("urgency"),
    "pcs_cib": yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]["alerts"]["suboptions"].get("urgency"),
    "input": [str(problem) for problem in wrong.problems],
    "diff": difference(before, after),
    "commands": [command.shown() for command in render(before, after)],
    "exported": export(exportable(before)[0])["alerts"],
    "left out": leftovers(TEXT, before),
}))
"""


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A copy of the collection in which alerts have the option."""
    root = tmp_path_factory.mktemp("collections")
    copy = root / "ansible_collections" / "quorate" / "ha_cluster" / "plugins"
    shutil.copytree(CHECKOUT / "plugins", copy, ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / "module_utils" / "_cib" / "alerts.py"
    text = path.read_text(encoding="utf-8")
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return root


def seen(root: pathlib.Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_new_option_touches_one_file(changed: pathlib.Path) -> None:
    copy = changed / "ansible_collections" / "quorate" / "ha_cluster" / "plugins"
    names = [path.relative_to(copy) for path in copy.rglob("*") if path.is_file()]
    touched = [name for name in names if (copy / name).read_bytes() != (CHECKOUT / "plugins" / name).read_bytes()]
    assert list(map(str, touched)) == ["module_utils/_cib/alerts.py"]
    lines = difflib.ndiff(*((place / touched[0]).read_text().splitlines() for place in (CHECKOUT / "plugins", copy)))
    assert len([line for line in lines if line.startswith("+ ")]) <= 10


def test_all_else_follows_from_it(changed: pathlib.Path) -> None:
    found = seen(changed)
    option = {"type": "str", "choices": ["low", "high"]}
    assert found["specification"] == option
    assert found["module"] == found["pcs_cib"] == {"description": "How soon it counts.", **option}
    assert found["input"] == ["ha_alerts[0] 'a' urgency: 'hihg' is unknown; did you mean 'high'?"]
    assert "urgency: low" in found["diff"]["before"]
    assert "urgency: high" in found["diff"]["after"]
    assert found["commands"] == [
        ["pcs", "alert", "update", "a", "urgency=high"],
        ["pcs", "alert", "create", "path=/b", "id=b", "urgency=low"],
    ]
    assert found["exported"] == [{"id": "a", "path": "/a", "urgency": "low"}]
    assert found["left out"] == []


# --- who names options -----------------------------------------------------------------------------------------------


def described() -> dict[str, set[str]]:
    """The files that describe each option of each kind, and each option of parts."""
    names = {name for kind in KINDS for name, _option in every(kind.options)}
    files: dict[str, set[str]] = {name: set() for name in names}
    for path in CIB.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for key, value in zip(node.keys, node.values) if isinstance(node, ast.Dict) else ():
                keys = value.keys if isinstance(value, ast.Dict) else []
                if isinstance(key, ast.Constant) and "description" in [getattr(each, "value", "") for each in keys]:
                    files.get(str(key.value), set()).add(path.name)
    return files


def named() -> Iterator[tuple[str, str]]:
    """Each text in the code for what is declared, with its file."""
    folders = [CIB, CIB.parent / "_input", CHECKOUT / "plugins" / "doc_fragments"]
    for path in (
        *(path for folder in folders for path in folder.glob("*.py")),
        *(CHECKOUT / "plugins" / "modules").glob("pcs_*.py"),
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, path.name
    for path in (CHECKOUT / "roles" / "resources").rglob("*.yml"):
        for key in re.findall(r"^ *(?:- )?(\w+):", path.read_text(encoding="utf-8"), re.MULTILINE):
            yield key, path.name


# Words that also mean something else: the names of kinds and of XML attributes, and what every object has.
OTHER_MEANINGS = {
    *("action", "agent", "attribute", "attributes", "container", "first", "interval", "level", "maintenance", "path"),
    *("pattern", "promotable", "reference", "resources", "sets", "standby", "then", "ticket", "timeout", "type"),
    *("values", "xpath"),
}
# What compares objects of several kinds has to name their options.
BETWEEN = {
    ("operations", "effect.py"),  # what is in which element
    ("recipients", "effect.py"),
    ("operations", "leftover.py"),  # the element has the same name
    ("operations", "templates.py"),
    ("operations", "resources.py"),  # parts of resources, in a file of their own
    ("operations", "values.py"),  # two operations of the same name and interval
    ("permissions", "references.py"),  # the ids that permissions are for
}


def test_no_other_file_names_the_options_of_a_kind() -> None:
    own = {name: files for name, files in described().items() if len(files) == 1 and name not in OTHER_MEANINGS}
    assert {"first_action", "symmetrical", "loss_policy", "with_role", "devices", "recipients"} <= own.keys()
    assert {(name, file) for name, file in named() if name in own and file not in own[name]} == BETWEEN


def test_constraints_are_about_what_runs() -> None:
    assert tuple(kind.name for kind in THINGS) == WHAT_RUNS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_marks_of_options_are_those_that_are_read(kind: Kind) -> None:
    """A mark that is misspelt has no effect."""
    marks = {"needed", "names", "takes", "holds", "noun", "identifies", "not_with_sets"}
    known = {"description", "type", "elements", "choices", "default", "required", "suboptions"} | marks
    assert [name for name, option in every(kind.options) if not option.keys() <= known] == []
    named_kinds = {each for _name, option in every(kind.options) for each in option.get("names", ())}
    assert named_kinds <= {each.name for each in KINDS}
