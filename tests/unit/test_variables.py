# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's variable has one name, begins with ha_, means the same in every role, and is listed; no other has power."""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import itertools
import pathlib
import re
import typing as t
from collections.abc import Iterator

import jinja2
import jinja2.meta
import jinja2.nodes
import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
ROLES = sorted(path.parents[1] for path in CHECKOUT.glob("roles/*/meta/argument_specs.yml"))
# What a task or a play holds as bare expressions.
EXPRESSIONS = ("when", "until", "that", "changed_when", "failed_when")
# Ansible's own that do not begin with ansible_.
MAGIC = {
    "inventory_hostname",
    "hostvars",
    "groups",
    "group_names",
    "omit",
    "playbook_dir",
    "role_path",
    "lookup",
    "now",
    "item",
}
ENVIRONMENT = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=True)
OWN = re.compile(r"ha_|__|ansible_")


def tool() -> t.Any:
    """tools/list-variables as a module."""
    loader = importlib.machinery.SourceFileLoader("list_variables", str(CHECKOUT / "tools" / "list-variables"))
    spec = importlib.util.spec_from_loader("list_variables", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def load(path: pathlib.Path) -> t.Any:
    return yaml.safe_load(path.read_text()) if path.exists() else {}


def options(role: pathlib.Path) -> dict[str, dict[str, t.Any]]:
    """The variables of ROLE, with the defaults that it has."""
    specs = load(role / "meta" / "argument_specs.yml")["argument_specs"]
    return {name: option for spec in specs.values() for name, option in (spec.get("options") or {}).items()}


def texts(value: t.Any, key: str = "") -> Iterator[str]:
    """The templates in VALUE, which stands behind KEY in a file of YAML."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(name)
            option = name == "until" and "retries" not in value  # of a module
            yield from texts(inner, "" if option else str(name))
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, key)
    elif isinstance(value, str):
        yield f"{{{{ {value} }}}}" if key in EXPRESSIONS and "{{" not in value else value


@functools.cache
def read(path: pathlib.Path) -> set[str]:
    """The variables that the file PATH of a role or a playbook reads."""
    if path.suffix == ".py":
        return set(re.findall(r"""["'](ha_\w+)["']""", path.read_text()))
    if path.suffix != ".yml":
        return names(path.read_text())
    return set().union(*(names(text) for text in texts(yaml.safe_load(path.read_text()))))


def names(template: str) -> set[str]:
    """The variables of TEMPLATE. Which filters and tests there are does not matter."""
    parsed = ENVIRONMENT.parse(template)
    for kind, known in ((jinja2.nodes.Filter, ENVIRONMENT.filters), (jinja2.nodes.Test, ENVIRONMENT.tests)):
        for node in parsed.find_all(kind):
            known.setdefault(node.name, str)
    return jinja2.meta.find_undeclared_variables(parsed)


def files(role: pathlib.Path) -> list[pathlib.Path]:
    """The files of ROLE that Ansible templates, and the one that decides for it."""
    folders = ("defaults", "handlers", "tasks", "templates", "vars")
    templated = [path for folder in folders for path in sorted(role.glob(f"{folder}/**/*")) if path.is_file()]
    return [*templated, *CHECKOUT.glob(f"plugins/plugin_utils/_roles/{role.name}.py")]


def test_the_scan_sees_what_is_read(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "tasks.yml"
    path.write_text("""
- name: "{{ one }}"
  debug: { msg: "{% for x in two %}{{ x.three | default(four) }}{% endfor %}", that: [five == 'six', not seven] }
  vars: { "{{ eight }}": 1 }
  when: nine is defined and hostvars[ten].eleven
""")
    assert read(path) - MAGIC == {"one", "two", "four", "five", "seven", "eight", "nine", "ten"}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_no_variable_without_the_prefix_is_read_by_a_role(role: pathlib.Path) -> None:
    found = {
        f"{path.relative_to(CHECKOUT)}: {name}" for path in files(role) for name in read(path) if not OWN.match(name)
    }
    assert {entry for entry in found if entry.partition(": ")[2] not in MAGIC} == set()
    assert [name for name in options(role) if not name.startswith("ha_")] == []


@pytest.mark.parametrize("path", sorted(CHECKOUT.glob("playbooks/*.yml")), ids=lambda path: path.stem)
def test_no_variable_without_the_prefix_is_read_by_a_playbook(path: pathlib.Path) -> None:
    assert {name for name in read(path) if not OWN.match(name)} - MAGIC == set()


def test_no_variable_without_the_prefix_is_read_by_a_plugin() -> None:
    pattern = re.compile(r"""(?:task_vars|variables)(?:\.get\(|\[)["'](\w+)["']""")
    found = {
        name
        for kind in ("action", "callback", "lookup", "plugin_utils")
        for path in CHECKOUT.glob(f"plugins/{kind}/**/*.py")
        for name in pattern.findall(path.read_text())
    }
    assert "ansible_facts" in found
    assert {name for name in found if not OWN.match(name)} - MAGIC == set()


# What no template of a role reads, but its check of the input does: service addresses are compared with networks, and
# lighttpd has to be open, and a hypervisor has to have the interface.
ADDRESSES = {"ha_cluster_ip", "ha_networks", "ha_public_network"}
CHECKED = {
    "os_prep": ADDRESSES,
    "resources": ADDRESSES,
    "lighttpd": {"ha_service_ports"},
    "fence_virt": {"ha_hypervisors"},
}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_role_specifies_what_it_reads_and_nothing_else(role: pathlib.Path) -> None:
    found = {name for path in files(role) for name in read(path) if name.startswith("ha_")}
    assert found | CHECKED.get(role.name, set()) == set(options(role))


def uses() -> dict[str, list[tuple[str, dict[str, t.Any]]]]:
    found: dict[str, list[tuple[str, dict[str, t.Any]]]] = {}
    for role in ROLES:
        for name, option in options(role).items():
            found.setdefault(name, []).append((role.name, option))
    return found


@pytest.mark.parametrize("key", ["type", "elements", "choices", "default", "description", "no_log"])
def test_a_variable_of_several_roles_is_the_same_in_all_of_them(key: str) -> None:
    differing = {
        name: (first, second)
        for name, entries in uses().items()
        for (first, one), (second, other) in itertools.pairwise(entries)
        if one.get(key) != other.get(key)
    }
    assert differing == {}


def test_a_variable_has_the_same_default_in_all_roles() -> None:
    found: dict[str, dict[str, t.Any]] = {}
    for role in ROLES:
        for name, value in (load(role / "defaults" / "main.yml") or {}).items():
            found.setdefault(name, {})[role.name] = value
    assert {name: roles for name, roles in found.items() if len({repr(value) for value in roles.values()}) > 1} == {}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_default_that_is_short_and_no_template_is_in_the_specification(role: pathlib.Path) -> None:
    defaults = load(role / "defaults" / "main.yml") or {}
    short = {name: value for name, value in defaults.items() if "{{" not in repr(value) and len(repr(value)) < 150}
    assert {name: options(role)[name].get("default") for name in short} == short


def test_the_form_of_what_a_variable_holds_is_written_once() -> None:
    nested = [name for name, entries in uses().items() if sum("options" in option for _role, option in entries) > 1]
    assert nested == []


def test_the_page_lists_the_variables_that_there_are() -> None:
    """If this fails: tools/list-variables."""
    module = tool()
    assert module.PAGE.read_text() == module.page()
    listed = re.findall(r"^\| `(ha_\w+)` ", module.page(), flags=re.MULTILINE)
    assert set(listed) == {*uses(), "ha_foreign_variables", "ha_clusters"}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_no_result_of_a_task_hides_a_variable_of_its_role(role: pathlib.Path) -> None:
    """What a task registers or sets counts more than vars/main.yml, from then on and on that host alone."""
    text = "\n".join(path.read_text() for path in role.glob("tasks/**/*.yml"))
    registered = set(re.findall(r"^\s*register: (\w+)$", text, re.MULTILINE))
    for facts in re.findall(r"^( *)ansible\.builtin\.set_fact:\n((?:\1 +\S.*\n?)+)", text, re.MULTILINE):
        registered |= set(re.findall(rf"^{facts[0]}  (\w+):", facts[1], re.MULTILINE))
    path = role / "vars" / "main.yml"
    own = set(yaml.safe_load(path.read_text()) or {}) if path.exists() else set()
    assert registered & own == set()
