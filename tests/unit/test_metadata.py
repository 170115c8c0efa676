# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's own descriptions agree with what it is: argument specifications, versions, exceptions."""

from __future__ import annotations

import ast
import pathlib
import re
import typing as t

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
ROLES = sorted(path.parents[1].name for path in CHECKOUT.glob("roles/*/tasks/main.yml"))
PLUGINS = sorted(path for kind in ("modules", "filter") for path in CHECKOUT.glob(f"plugins/{kind}/*.py"))


def load(path: pathlib.Path) -> t.Any:
    return yaml.safe_load(path.read_text()) if path.exists() else {}


def specs(role: str) -> dict[str, dict[str, t.Any]]:
    """The entry points of a role."""
    found: dict[str, dict[str, t.Any]] = load(CHECKOUT / "roles" / role / "meta" / "argument_specs.yml")[
        "argument_specs"
    ]
    return found


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


FIRST, CURRENT = version("1.0.0"), version(load(CHECKOUT / "galaxy.yml")["version"])


@pytest.mark.parametrize("role", ROLES)
def test_every_default_is_specified_and_what_has_none_is_required_or_optional(role: str) -> None:
    defaults = set(load(CHECKOUT / "roles" / role / "defaults" / "main.yml") or {})
    entries = specs(role)
    known = {name for entry in entries.values() for name in entry.get("options") or {}}
    assert defaults <= known
    without = {
        name
        for entry in entries.values()
        for name, option in (entry.get("options") or {}).items()
        if name not in defaults and not option.get("required") and "default" in option
    }
    assert without == set()


@pytest.mark.parametrize("role", ROLES)
def test_defaults_that_are_no_templates_are_those_of_the_specification(role: str) -> None:
    defaults = load(CHECKOUT / "roles" / role / "defaults" / "main.yml") or {}
    for entry in specs(role).values():
        for name, option in (entry.get("options") or {}).items():
            if name in defaults and "default" in option and "{{" not in str(defaults[name]):
                assert option["default"] == defaults[name], name


@pytest.mark.parametrize("role", ROLES)
def test_a_role_says_since_when_it_is_there(role: str) -> None:
    assert FIRST <= version(specs(role)["main"]["version_added"]) <= CURRENT


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: path.stem)
def test_a_plugin_says_since_when_it_is_there(path: pathlib.Path) -> None:
    documentation = next(
        ast.literal_eval(node.value)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION"
    )
    assert FIRST <= version(str(yaml.safe_load(documentation)["version_added"])) <= CURRENT


def test_the_action_group_is_every_module_that_takes_the_common_options() -> None:
    members = load(CHECKOUT / "meta" / "runtime.yml")["action_groups"]["pcs"]
    common = re.compile(r"^  - quorate\.ha_cluster\._cib$", flags=re.MULTILINE)
    modules = CHECKOUT.glob("plugins/modules/*.py")
    assert members == sorted(path.stem for path in modules if common.search(path.read_text()))


def plugin_names(kind: str) -> set[str]:
    return {path.stem for path in CHECKOUT.glob(f"plugins/{kind}/*.py")}


def test_the_readme_lists_the_public_modules_and_filters() -> None:
    section = (CHECKOUT / "README.md").read_text().partition("\n## Modules\n")[2].partition("\n## ")[0]
    listed = {
        name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    public = {name for name in plugin_names("modules") if not name.startswith("internal_")}
    assert listed == public
    members = load(CHECKOUT / "meta" / "runtime.yml")["action_groups"]["pcs"]
    assert set(members) <= listed
    filters = {"node_addresses", "hosts_of"}
    assert all(f"`{name}`" in section for name in filters)
    assert {name for name in plugin_names("filter") if not name.startswith("internal_")} == filters


def test_plugins_that_are_steps_of_roles_say_so_and_no_others_do() -> None:
    said = re.compile(r'^description:\n  - "Internal: a step of .*\. It may change in any release\."$', re.MULTILINE)
    for path in PLUGINS:
        assert bool(said.search(path.read_text())) == path.stem.startswith("internal_"), path


def test_public_documentation_does_not_lead_to_internal_plugins() -> None:
    fragments = CHECKOUT.glob("plugins/doc_fragments/*.py")
    roles = CHECKOUT.glob("roles/*/meta/argument_specs.yml")
    public = [path for path in PLUGINS if not path.stem.startswith("internal_")]
    pages = [CHECKOUT / "README.md", *CHECKOUT.glob("roles/*/README.md"), *CHECKOUT.glob("docs/*.md")]
    reference = re.compile(
        r"\b(M|P|O|RV|module|plugin)(\(|: )quorate\.ha_cluster\.internal_|^ +(- )?quorate\.ha_cluster\.internal_", re.M
    )
    assert [path for path in (*fragments, *roles, *public, *pages) if reference.search(path.read_text())] == []


def test_every_module_for_the_cib_has_a_target() -> None:
    targets = CHECKOUT / "tests" / "integration" / "targets"
    text = "\n".join(path.read_text() for path in targets.glob("*/tasks/main.yml"))
    called = set(re.findall(r"^ +quorate\.ha_cluster\.(\w+):", text, re.MULTILINE))
    members = load(CHECKOUT / "meta" / "runtime.yml")["action_groups"]["pcs"]
    assert called >= {*members, "cluster_info", "cluster_verify"}
    names = {path.name for path in targets.iterdir()}
    assert {path.parent.name for path in targets.glob("*/aliases")} == names


def test_every_exception_from_sanity_has_a_reason() -> None:
    lines = [line for path in CHECKOUT.glob("tests/sanity/ignore-*.txt") for line in path.read_text().splitlines()]
    assert [line for line in lines if not re.fullmatch(r"\S+ \S+ # \w.{10,}", line)] == []


def test_tests_of_code_for_nodes_do_without_code_for_controllers() -> None:
    """ansible-test gives them nothing else, and runs them with Pythons that ansible-core itself no longer takes."""
    allowed = re.compile(r"(ansible|ansible_collections\.quorate\.ha_cluster\.plugins)\.(modules|module_utils)\b")
    imported = [
        (path.name, node.module)
        for folder in ("modules", "module_utils")
        for path in (CHECKOUT / "tests" / "unit" / "plugins" / folder).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ansible")
    ]
    assert imported
    assert [entry for entry in imported if not allowed.match(entry[1])] == []


def test_the_collection_depends_on_what_it_uses_and_on_nothing_else() -> None:
    files = [
        path
        for folder in ("roles", "playbooks", "inventories")
        for path in (CHECKOUT / folder).rglob("*")
        if path.suffix in (".yml", ".j2")
    ]
    text = "\n".join(path.read_text() for path in files)
    # A name with three parts, of a module, a filter or a test, that isn't the name of a host.
    used = set(re.findall(r"\b((?:ansible|community|containers)\.(?!builtin|example)\w+)\.[a-z]\w+\b", text))
    galaxy = load(CHECKOUT / "galaxy.yml")
    assert used == set(galaxy["dependencies"])
    assert {entry["name"] for entry in load(CHECKOUT / "requirements.yml")["collections"]} == used
    listed = re.findall(r"^## `([\w.]+)`$", (CHECKOUT / "docs" / "dependencies.md").read_text(), flags=re.MULTILINE)
    packages = (CHECKOUT / "meta" / "ee-requirements.txt").read_text().split()
    assert set(listed) == used | set(packages)
