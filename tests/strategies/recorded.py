# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles do on a host of each recorded distribution: their tasks, variables, packages, units and paths there.

Tasks are found by what they include, from the entry points on, and by the conditions on Ansible's facts, whatever their
files are called. Everything is read in the sources, so a new name is held against the records at once.
"""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import json
import pathlib
import re
import sys
import types
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml
from ansible.plugins.filter.core import FilterModule
from ansible.plugins.test.core import TestModule
from jinja2 import StrictUndefined, Template, Undefined, UndefinedError
from jinja2.exceptions import TemplateError
from jinja2.nativetypes import NativeEnvironment
from jinja2.runtime import Context

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
ROLES = CHECKOUT / "roles"
RECORDS = CHECKOUT / "tests" / "unit" / "files" / "distributions"
COLLECTION = "quorate.ha_cluster."
INSTALLING = ("apt", "dnf", "dnf5", "package", "yum")


def load_tool() -> types.ModuleType:
    """The program that records a host, for what it finds in the sources."""
    loader = importlib.machinery.SourceFileLoader("record_distribution", str(CHECKOUT / "tools/record-distribution"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[loader.name] = module
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
    return module


TOOL = load_tool()


# --- the records -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Host:
    """A host of a recorded distribution. DISTRIBUTION: which one, where a record is that of several."""

    name: str
    distribution: str

    def __str__(self) -> str:
        return f"{self.name}-{self.distribution}"

    @property
    def record(self) -> dict[str, t.Any]:
        return records()[self.name]

    @property
    def facts(self) -> dict[str, t.Any]:
        return {
            "architecture": "x86_64",
            "kernel": "recorded",
            **self.record["facts"],
            "distribution": self.distribution,
        }

    def package(self, name: str) -> dict[str, t.Any] | None:
        """What is recorded of a package, with what is taken to be as in another distribution."""
        known = self.record["packages"].get(name)
        like = (known or {}).get("like")
        return {**records()[like]["packages"].get(name, {}), **known} if known and like else known

    def every(self, kind: str) -> set[str]:
        """The files, units, users or groups of all packages."""
        return {item for name in self.record["packages"] for item in (self.package(name) or {}).get(kind, ())}

    @property
    def folders(self) -> set[str]:
        """Those of packages, and those that their programs make."""
        there = self.every("files") | self.every("makes")
        return {str(parent) for path in there for parent in [path, *pathlib.PurePath(path).parents]}


@functools.cache
def records() -> dict[str, dict[str, t.Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RECORDS.glob("*.json"))}


@functools.cache
def hosts() -> tuple[Host, ...]:
    """A host of each record that is one of supported platforms."""
    return tuple(
        Host(name, record["facts"]["distribution"]) for name, record in records().items() if record["platforms"]
    )


@functools.cache
def all_hosts() -> tuple[Host, ...]:
    """Hosts, and the other distributions for which the same is recorded, such as RHEL itself."""
    others = {host: host.record.get("variants", {}).get("distribution", [host.distribution]) for host in hosts()}
    return tuple(Host(host.name, distribution) for host, named in others.items() for distribution in named)


def platforms(role: str) -> dict[str, list[str]]:
    information = yaml.safe_load((ROLES / role / "meta" / "main.yml").read_text())["galaxy_info"]
    return {item["name"]: item["versions"] for item in information["platforms"]}


def is_for(role: str, host: Host) -> bool:
    """Whether the role says that it works on this host."""
    said = platforms(role)
    return any(entry["version"] in said.get(entry["name"], ()) for entry in host.record["platforms"])


# --- templates -------------------------------------------------------------------------------------------------------


class Lazy(Context):
    """Variables whose values are templates themselves."""

    def resolve_or_missing(self, key: str) -> t.Any:
        variables = self.parent.get("__variables", {})
        if key in variables:
            return render(variables[key], variables)
        return super().resolve_or_missing(key)


@functools.cache
def environment() -> NativeEnvironment:
    made = NativeEnvironment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - no HTML
    made.context_class = Lazy
    made.filters.update({name: each for name, each in FilterModule().filters().items() if name not in made.filters})
    made.tests.update(TestModule().tests())
    return made


@functools.cache
def compiled(text: str) -> Template:
    return environment().from_string(text)


class CannotTell(Exception):
    """A template of what only a run knows."""


def render(value: t.Any, variables: Mapping[str, t.Any]) -> t.Any:
    """VALUE with its templates filled in. Raises CannotTell where a run would have to be asked."""
    if isinstance(value, str) and ("{{" in value or "{%" in value):
        try:
            result = compiled(value).render({"__variables": variables})
            result = list(result) if isinstance(result, types.GeneratorType) else result
        except (UndefinedError, TemplateError, TypeError) as error:
            raise CannotTell(value) from error
        if isinstance(result, Undefined):
            raise CannotTell(value)
        return result
    if isinstance(value, Mapping):
        return {key: render(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [render(item, variables) for item in value]
    return value


# --- what runs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A task that may run: its ROLE, the MODULE with its ARGUMENTS, the TASK, the variables GIVEN on the way."""

    role: str
    module: str
    arguments: t.Any
    task: Mapping[str, t.Any]
    given: Mapping[str, t.Any]


@functools.cache
def load(path: pathlib.Path) -> t.Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@functools.cache
def entries(role: str) -> tuple[str, ...]:
    """The task files that a role is entered by: its entry points, and what other roles and playbooks name."""
    found = set(load(ROLES / role / "meta" / "argument_specs.yml")["argument_specs"])
    for path in [*ROLES.glob("*/tasks/**/*.yml"), *CHECKOUT.glob("playbooks/*.yml")]:
        for text in re.findall(rf"{COLLECTION}{role}\b(?:.*\n){{1,4}}?.*tasks_from: (\w+)", path.read_text()):
            found.add(text)
    return tuple(sorted(name for name in found if (ROLES / role / "tasks" / f"{name}.yml").exists()))


def module_of(task: Mapping[str, t.Any]) -> tuple[str, t.Any]:
    for key, value in task.items():
        if "." in key:
            return key, value
    return "", None


@functools.cache
def steps(role: str, host: Host) -> tuple[Step, ...]:
    """The tasks of ROLE that may run on HOST. Fails where a file that they include is not there."""
    return tuple(step for entry in entries(role) for step in walk(role, f"{entry}.yml", host, {}, ()))


def walk(role: str, name: str, host: Host, given: Mapping[str, t.Any], on_the_way: Sequence[str]) -> Iterator[Step]:
    path = ROLES / role / "tasks" / name
    assert path.exists(), f"role {role} has no {name}, which it includes on {host}"
    if str(path) not in on_the_way:
        yield from walk_tasks(role, load(path) or [], host, given, (*on_the_way, str(path)))


def walk_tasks(
    role: str, tasks: Sequence[Mapping[str, t.Any]], host: Host, given: Mapping[str, t.Any], on_the_way: Sequence[str]
) -> Iterator[Step]:
    for task in tasks:
        if not may_run(task, host):
            continue
        here = {**given, **task.get("vars", {})}
        for part in ("block", "rescue", "always"):
            yield from walk_tasks(role, task.get(part, []), host, here, on_the_way)
        module, arguments = module_of(task)
        short = module.rpartition(".")[2]
        if module:
            yield Step(role, module, arguments, task, here)
        if short in ("include_tasks", "import_tasks"):
            name = arguments["file"] if isinstance(arguments, Mapping) else arguments
            try:
                yield from walk(role, render(name, {"ansible_facts": host.facts}), host, here, on_the_way)
            except CannotTell:  # given by the task that includes the one with this include
                yield from walk(role, render(name, here), host, here, on_the_way)
        elif short in ("include_role", "import_role") and str(arguments.get("name", "")).startswith(COLLECTION):
            other = arguments["name"][len(COLLECTION) :]
            yield from walk(other, f"{arguments.get('tasks_from', 'main')}.yml", host, here, on_the_way)


def may_run(task: Mapping[str, t.Any], host: Host) -> bool:
    """Whether the conditions on facts hold. What else they say is not known here, and taken to hold."""
    when = task.get("when", [])
    for condition in when if isinstance(when, list) else [when]:
        for part in re.split(r"\s+and\s+", str(condition)) if " or " not in str(condition) else [str(condition)]:
            if "ansible_facts" in part and " is not defined" not in part:
                try:
                    if not render("{{ " + part + " }}", {"ansible_facts": host.facts}):
                        return False
                except CannotTell:
                    continue
    return True


@functools.cache
def variables(role: str, host: Host) -> dict[str, t.Any]:
    """The role's variables on HOST. Fails where it loads a file for the host that is not there."""
    found: dict[str, t.Any] = {"ansible_facts": host.facts, "ansible_check_mode": False, "omit": None}
    for name in ("defaults", "vars"):
        path = ROLES / role / name / "main.yml"
        found.update((load(path) or {}) if path.exists() else {})
    for step in steps(role, host):
        # A file in the form `file: PATH, name: VARIABLE` is a user's, such as the passwords of an inventory.
        is_own = step.module.endswith(".include_vars") and isinstance(step.arguments, str)
        if is_own and step.role == role:
            found.update(load(vars_file(role, step, host)))
    return found


def vars_file(role: str, step: Step, host: Host) -> pathlib.Path:
    known = {"ansible_facts": host.facts, "role_path": str(ROLES / role)}
    if "first_found" not in step.arguments:
        path = pathlib.Path(render(step.arguments, known))
        assert path.exists(), f"role {role} has no {path.name}, which it loads on {host}"
        return path
    (candidates,) = [value["files"] for value in step.given.values() if isinstance(value, dict) and "files" in value]
    names = [render(name, known) for name in candidates]
    paths = [ROLES / role / "vars" / name for name in names if (ROLES / role / "vars" / name).exists()]
    assert paths, f"role {role} has none of {', '.join(names)} for {host}"
    return paths[0]


# --- what they name --------------------------------------------------------------------------------------------------


@functools.cache
def time_services() -> tuple[str, ...]:
    """The values of ha_time_service that the documentation names."""
    pages = [CHECKOUT / "README.md", *CHECKOUT.glob("docs/*.md"), *ROLES.glob("*/README.md")]
    found = {word for page in pages for word in re.findall(r"ha_time_service: (\w+)", page.read_text())}
    return tuple(sorted(found))


def choices(role: str, host: Host) -> Iterator[dict[str, t.Any]]:
    """The role's variables with each choice of the user that adds packages."""
    for service in ("", *time_services()):
        chosen = {"ha_time_service": service, "ha_quorum_device": {"host": "arbitrator"}}
        yield {**variables(role, host), **chosen}


@dataclass(frozen=True)
class Wanted:
    """Packages that a role installs on a host, and the templates of which only a run knows what they name."""

    packages: frozenset[str]
    open: frozenset[str]


@functools.cache
def wanted(role: str, host: Host) -> Wanted:
    packages: set[str] = set()
    unclear: set[str] = set()
    for step in steps(role, host):
        short = step.module.rpartition(".")[2]
        key = "name" if short in INSTALLING else "packages" if short == "internal_machine_info" else ""
        if step.role != role or not key or key not in (step.arguments or {}):
            continue
        for known in choices(role, host):
            try:
                value = render(step.arguments[key], {**known, **step.given})
                packages |= {value} if isinstance(value, str) else set(value or ())
            except CannotTell:
                unclear.add(step.arguments[key])
    return Wanted(frozenset(packages - {"*"}), frozenset(unclear))


@functools.cache
def enabled_by(role: str, host: Host) -> set[str]:
    """The repositories that a role enables on HOST."""
    found = set()
    for step in steps(role, host):
        if step.module.endswith(".ini_file") and step.arguments.get("option") == "enabled":
            found |= {step.arguments["section"]} if str(step.arguments["value"]) == "1" else set()
        elif step.module.endswith(".rhsm_repository"):
            found.add(render(step.arguments["name"], {"ansible_facts": host.facts}))
    return found


@functools.cache
def texts(role: str, host: Host) -> str:
    """The role's tasks and variables on HOST, as one text without messages and without what is only looked at."""
    known = variables(role, host)
    parts = [
        json.dumps(rendered(value, known), default=lambda _unknown: "")
        for name, value in known.items()
        if name != "ansible_facts"
    ]
    for step in steps(role, host):
        if not step.module.endswith((".fail", ".debug", ".assert", ".set_stats", "_info", ".stat")):
            kept = {key: value for key, value in step.task.items() if key not in ("name", "when", "block", "rescue")}
            parts.append(json.dumps(kept, default=lambda _unknown: ""))
    return "\n".join(parts)


@functools.cache
def looked_at(role: str, host: Host) -> str:
    """What the role looks at on HOST, which need not be there."""
    known = variables(role, host)
    looks = [step for step in steps(role, host) if step.module.endswith(("_info", ".stat"))]
    return "\n".join(json.dumps(rendered(step.arguments, known), default=lambda _unknown: "") for step in looks)


def rendered(value: t.Any, known: Mapping[str, t.Any]) -> t.Any:
    try:
        return render(value, known)
    except CannotTell:
        return value


def messages(role: str, host: Host) -> list[str]:
    """What the role says where it stops on HOST."""
    return [
        " ".join(str((step.arguments or {}).get(key, "")) for key in ("msg", "fail_msg"))
        for step in steps(role, host)
        if step.module.endswith((".fail", ".assert"))
    ]


@functools.cache
def made(role: str, host: Host) -> set[str]:
    """The folders that a role makes on HOST."""
    found: set[str] = set()
    for step in steps(role, host):
        arguments = step.arguments if isinstance(step.arguments, Mapping) else {}
        text = json.dumps(
            rendered(arguments.get("directories", {}), variables(role, host)), default=lambda _unknown: ""
        )
        if step.module.endswith(".file") and arguments.get("state") == "directory":
            text += str(arguments.get("path"))
        for folder in TOOL.PATH.findall(text):
            found |= {folder, *map(str, pathlib.PurePath(folder).parents)}
    return found
