# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of internal_role_input: say everything that is wrong with a role's input, in one task."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pathlib
import re
import types
import typing as t
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.common.validation import check_type_bool
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Problem, Reader, instead
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.shared_hosts import CONFLICTS
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils import _roles
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles import host as role_host
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._variable_names import (
    FOREIGN_NAMES,
    PREFIX,
    find_unknown,
    known_names,
    load_mapping,
    near_problems,
    warnings,
)
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._vault import Vault

display = Display()

# As Ansible itself names them, links and all: it has loaded their files before, and keeps them by their names.
ROLES = pathlib.Path(__file__).parents[2] / "roles"

# Strategies in which all hosts end a task before one begins the next, also under another name (mitogen_linear).
STEPPING = ("linear", "debug")

ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "roles": {"type": "list", "elements": "str"},
    "known_roles": {"type": "list", "elements": "str"},
    "fails": {"type": "bool", "default": True},
    "found": {"type": "dict"},
    "one_cluster": {"type": "bool", "default": False},
    "one_host": {"type": "bool", "default": False},
}
UNDEFINED = re.compile(r"'(\w+)' is undefined")
SECRETS_MISSING = re.compile(r"no vault secrets", re.IGNORECASE)


@dataclass
class Host:
    """A host whose variables are checked."""

    name: str
    variables: dict[str, t.Any]
    # The nodes of its cluster; None where ha_nodes can't be read.
    nodes: Collection[str] | None = None
    # Whether it speaks for all hosts that are given the same, and the variables that it is given otherwise.
    speaks: bool = True
    differing: frozenset[str] = frozenset()
    values: dict[str, t.Any] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def is_node(self) -> bool:
        return self.nodes is not None and self.name in self.nodes

    @property
    def asks(self) -> bool:
        """Whether this host has something to report."""
        return self.speaks or not self.is_node or bool(self.differing)

    def reports(self, variable: str) -> bool:
        """Whether this host says what is wrong with VARIABLE. Among nodes, one says what is wrong for all of them."""
        return self.speaks or not self.is_node or variable in self.differing


@dataclass(frozen=True, eq=False)
class Role:
    """A role whose input is checked: the options of its main entry point, and the variables that it would see."""

    path: pathlib.Path
    options: dict[str, t.Any]
    variables: dict[str, t.Any]
    defaults: dict[str, t.Any]

    def made_from(self, name: str) -> set[str]:
        """The variables that the variable NAME is made from, where it has its default."""
        if name not in self.defaults or not is_same(self.variables.get(name), self.defaults[name]):
            return set()
        return {*re.findall(rf"{PREFIX}\w+", str(self.defaults[name]))} - {name}


def role_options(role: pathlib.Path) -> dict[str, t.Any]:
    """The options of ROLE's main entry point."""
    specs = load_mapping(role / "meta" / "argument_specs.yml").get("argument_specs") or {}
    options: dict[str, t.Any] = (specs.get("main") or {}).get("options") or {}
    return options


@functools.cache
def decisions_of(role: str) -> types.ModuleType | None:
    """The file with the decisions of ROLE; None if the role has none."""
    name = f"{_roles.__name__}.{role}"
    return None if importlib.util.find_spec(name) is None else importlib.import_module(name)


def problems_of(role: str) -> Callable[[Mapping[str, t.Any], role_host.Host], Iterable[str]] | None:
    """The function that finds the problems of ROLE's input, beyond the form of each value; None if it has none."""
    return getattr(decisions_of(role), "problems", None)


@functools.cache
def knows_family(role: pathlib.Path, family: str) -> bool:
    """Whether ROLE works on the FAMILY of distributions.

    A role that differs between families has a file vars/FAMILY.yml for each, or names them in FAMILIES, among its
    decisions. All other roles work on every family.
    """
    if (role / "vars" / "Debian.yml").exists():
        return (role / "vars" / f"{family}.yml").exists()
    return family in getattr(decisions_of(role.name), "FAMILIES", (family,))


def load_variables(loader: t.Any, path: pathlib.Path) -> dict[str, t.Any]:
    """What the file PATH of a role sets, whose templates may be run. Not copied ("unsafe"), as it is only read."""
    if not path.is_file():
        return {}
    try:
        return loader.load_from_file(str(path), unsafe=True, trusted_as_template=True) or {}
    except TypeError:  # ansible-core 2.18 runs the templates of all files
        return loader.load_from_file(str(path), unsafe=True) or {}


def materialized(value: t.Any) -> t.Any:
    """VALUE with all that its templates make."""
    if isinstance(value, Mapping):
        return {key: materialized(each) for key, each in value.items()}
    return [materialized(each) for each in value] if isinstance(value, (list, tuple)) else value


def missing_problems(options: dict[str, t.Any], variables: Collection[str]) -> Iterator[Problem]:
    """One for each of the OPTIONS of a role that has to be set and is not among VARIABLES."""
    for name, option in options.items():
        if option.get("required") and name not in variables:
            yield Problem(name, f"it is not set; set it in the inventory. {meaning(option)}{in_vault(name, option)}")


def meaning(option: dict[str, t.Any]) -> str:
    """The first line of an OPTION's description, without the markup of ansible-doc."""
    text = option.get("description") or ""
    return re.sub(r"\b[A-Z]\(([^)]*)\)", r"\1", text if isinstance(text, str) else text[0])


def in_vault(name: str, option: dict[str, t.Any]) -> str:
    """How a secret is written."""
    return f" Put it into a vault: ansible-vault encrypt_string --name {name}" if option.get("no_log") else ""


def why_unreadable(error: Exception, option: dict[str, t.Any]) -> str:
    """The reason in ERROR for which a value can't be read."""
    text = str(error)
    undefined = UNDEFINED.search(text)
    if undefined is not None:
        return f"it is made from '{undefined[1]}', which is not defined; define that.{in_vault(undefined[1], option)}"
    if SECRETS_MISSING.search(text):
        return "it is encrypted, and Ansible has no vault password; give it with --ask-vault-pass."
    return f"its value can't be read: {text}"


def role_name_problems(wanted: t.Any, known: Sequence[str]) -> list[Problem]:
    """What is wrong with the names of roles that the variable ha_roles has, of which KNOWN are possible."""
    reader = Reader(strict=True)
    for index, name in enumerate(reader.value({"type": "list", "elements": "str"}, wanted, "ha_roles") or ()):
        if name == "qnetd":
            reader.say(
                f"ha_roles[{index}]",
                "qnetd is never listed: it is for the hosts of the group 'arbitrators', if there are any. Remove it.",
            )
        elif name is not None and name not in known:
            reader.say(f"ha_roles[{index}]", f"there is no role '{name}'{instead(name, known, 'there are')}")
    return reader.problems


def root_problems(become: t.Any, user: t.Any, connection: t.Any) -> list[str]:
    """What is wrong where the inventory has Ansible connect as another user than root, and not become root."""
    if become is None or user in (None, "root") or connection == "local" or check_type_bool(become):
        return []
    return [
        f"ansible_become: it is false, and ansible_user is '{user}', but the roles need root. Remove it, or let"
        " Ansible connect as root."
    ]


def strategy_problems(strategy: str) -> list[str]:
    """What is wrong with a play's STRATEGY. Roles compare the hosts' results, so hosts have to wait for each other."""
    if strategy.rpartition(".")[2].endswith(STEPPING):
        return []
    return [
        f"The strategy of this play is {strategy}, which lets each host run ahead of the others. The roles compare the"
        " hosts after each task: write `strategy: linear` in the play."
    ]


def all_problems(found: Mapping[str, Mapping[str, t.Any]]) -> list[str]:
    """What the hosts have FOUND, each sentence once, with hosts only where others are given something else.

    The requirements of a role are only reported where the values that it compares are right.
    """
    wrong = {name for each in found.values() for name in each["wrong"]}
    several = len({each["cluster"] for each in found.values() if each["cluster"]}) > 1
    shared: dict[str, list[str]] = {}
    own: dict[str, list[str]] = {}
    for host, each in found.items():
        for text in each["shared"]:
            shared.setdefault(text, []).append(f"cluster {each['cluster']}" if each["cluster"] else "")
        asked = [
            text
            for role, texts in each["asked"].items()
            for text in texts
            if wrong.isdisjoint(role_options(ROLES / role))
        ]
        for text in dict.fromkeys((*each["own"], *asked)):
            own.setdefault(text, []).append(host)
    return [
        *(f"{text} ({names_of(names)})" if several and any(names) else text for text, names in shared.items()),
        *(with_hosts(text, hosts, len(found)) for text, hosts in own.items() if text not in shared),
    ]


def problems_told_by(host: str, found: Mapping[str, Mapping[str, t.Any]], nodes: Collection[str]) -> list[str]:
    """Why HOST has to stop, by what all hosts have FOUND. NODES are those of all clusters of the inventory.

    A mistake stops the hosts of its cluster, and one of a host outside of the clusters stops all. The first host of
    those that it stops tells all mistakes, so that each is told once; the others say which host that is.
    """
    clusters: dict[t.Any, list[str]] = {}
    for name in found:
        if name in nodes:
            clusters.setdefault(found[name]["cluster"], []).append(name)
    shared = [name for name in found if name not in nodes]
    # A hypervisor is given the variables of a cluster, so it sees the mistakes in them, too.
    of_clusters = {text for hosts in clusters.values() for name in hosts for text in texts_of(found[name])}
    everyone = any(text not in of_clusters for name in shared for text in texts_of(found[name]))
    wrong = [hosts for hosts in clusters.values() if everyone or all_problems({name: found[name] for name in hosts})]
    if len(wrong) == len(clusters) and (wrong or everyone):  # then there is nothing left to do for the other hosts
        wrong = [[*(wrong[0] if wrong else ()), *shared], *wrong[1:]]
    stopped = [name for hosts in wrong for name in hosts]
    if host not in stopped:
        return []
    if host == stopped[0]:
        return all_problems({name: found[name] for name in found if name in stopped})
    return [f"Nothing is done on {host}, because the input is wrong. {stopped[0]} tells what."]


def texts_of(found: Mapping[str, t.Any]) -> list[str]:
    """All that a host has FOUND."""
    return [*found["shared"], *found["own"], *(text for texts in found["asked"].values() for text in texts)]


def names_of(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, names)))


def with_hosts(text: str, hosts: Sequence[str], number: int) -> str:
    """TEXT with the HOSTS that it is about, where it names none and they are not all of a NUMBER of several."""
    if any(host in text for host in hosts) or (len(hosts) == number and number > 1):
        return text
    return f"{text} ({'host' if len(hosts) == 1 else 'hosts'} {', '.join(hosts)})"


class Values(Mapping[str, t.Any]):
    """The values of a ROLE's variables on a host, each read and brought to its type when something asks for it.

    One that can't be read, or is not of its type, is not there.
    """

    def __init__(self, read: Callable[[Host, str, dict[str, t.Any], Role], None], host: Host, role: Role) -> None:
        self._read, self._host, self._role = read, host, role

    def __getitem__(self, name: str) -> t.Any:
        option = self._role.options[name]
        self._read(self._host, name, option, self._role)
        value = self._host.values[name]
        reader = Reader()
        read = None if value is None else reader.value(option, value, name)
        if reader.problems:
            raise KeyError(name)
        return read

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._role.options if name in self._role.variables)

    def __len__(self) -> int:
        return sum(1 for _name in self)


class ActionModule(ActionBase):
    """Compare what a host's variables hold with what the role that the task is in, or those that it names, ask for."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        _validation, arguments = self.validate_argument_spec(ARGUMENTS)
        host = str(task_vars.get("inventory_hostname", "localhost"))
        if arguments["found"] is None:
            found = {host: self._check(host, task_vars, arguments)}
            problems = all_problems(found)
        else:
            found = {host: {}}
            problems = problems_told_by(host, arguments["found"], task_vars["groups"].get("cluster", ()))
        result.update(changed=False, failed=bool(problems) and arguments["fails"])
        if result["failed"]:
            result["msg"] = "\n".join(problems)
        else:
            result.update(problems=problems, found=found[host])
        return result

    def _check(self, name: str, task_vars: dict[str, t.Any], arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """What is wrong on the host NAME: for the cluster as a whole, and by itself."""
        foreign = self._templar.template(task_vars.get(FOREIGN_NAMES) or [])
        names = find_unknown(set(task_vars).difference(foreign), known_names(ROLES))
        for line in warnings(names):
            display.warning(line)
        roles = list(self._roles(arguments["roles"], task_vars))
        host = self._host(name, roles, task_vars)
        known = arguments["known_roles"]
        problems = self._input_problems(host, roles, task_vars, known)
        wrong = {problem.variable for problem in problems}
        # What is made from something wrong is not said to be wrong as well.
        made = {each for role in roles for each in wrong if not wrong.isdisjoint(role.made_from(each))}
        said = [problem for problem in problems if problem.variable not in made and host.reports(problem.variable)]
        own = [*near_problems(names.near), *strategy_problems(self._task.get_play().strategy)]
        if known:
            connection = ("ansible_become", "ansible_user", "ansible_connection")
            own += root_problems(*(self._templar.template(task_vars.get(each)) for each in connection))
        own += [text for role in roles for text in family_problems(host, role, task_vars)]
        own += task_vars.get(CONFLICTS) or []
        if arguments["one_cluster"]:
            own += several_problems(task_vars)
        if arguments["one_host"]:
            own += together_problems(task_vars["ansible_play_batch"])
        # A role's requirements need values of the right type.
        asked = {role: self._requirements(host, role, task_vars) for role in roles if wrong.isdisjoint(role.options)}
        return {
            "shared": [str(each) for each in said if each.variable not in host.differing],
            "own": [*(str(each) for each in said if each.variable in host.differing), *own],
            "asked": {role.path.name: texts for role, texts in asked.items() if texts},
            "wrong": sorted(wrong),
            "cluster": host.values.get("ha_cluster_name"),
        }

    def _roles(self, names: list[str] | None, task_vars: dict[str, t.Any]) -> Iterator[Role]:
        """The roles NAMES."""
        if names is None:
            if self._task._role is None:
                raise AnsibleActionFail(
                    "internal_role_input checks the input of the role that it runs in;"
                    " this task is in no role, and names none"
                )
            path = pathlib.Path(self._task._role._role_path)
            yield Role(path, role_options(path), task_vars, load_variables(self._loader, path / "defaults/main.yml"))
            return
        for name in names:
            path = ROLES / name
            if not (path / "meta" / "argument_specs.yml").is_file():
                raise AnsibleActionFail(f"{name} is not a role of quorate.ha_cluster.")
            files = [load_variables(self._loader, path / folder / "main.yml") for folder in ("defaults", "vars")]
            yield Role(path, role_options(path), {**files[0], **task_vars, **files[1]}, files[0])

    def _host(self, name: str, roles: Sequence[Role], task_vars: dict[str, t.Any]) -> Host:
        """The host NAME, with the values of all that it reports on."""
        host = Host(name, task_vars)
        options = {option: (wanted, role) for role in roles for option, wanted in role.options.items()}
        # By which clusters are told apart, whatever the roles take.
        options.setdefault("ha_cluster_name", ({"type": "str"}, roles[0]))
        for first in ("ha_links", "ha_nodes", "ha_cluster_name"):
            if first in options:
                self._read(host, first, *options[first])
        host.nodes = nodes_of(host.values)
        play = [str(each) for each in task_vars.get("ansible_play_batch") or [name]]
        peers = [each for each in play if each in (host.nodes or ())] or play
        host.speaks = peers[0] == name
        others = [each for each in peers if each != name]
        if others:
            host.differing = differing(task_vars["hostvars"], name, others[0])
        if host.asks:
            # Remote nodes are named by other variables, too.
            options.setdefault("ha_resources", ({}, roles[0]))
            for option, (wanted, role) in options.items():
                self._read(host, option, wanted, role)
        return host

    def _read(self, host: Host, name: str, wanted: dict[str, t.Any], role: Role) -> None:
        if name in host.values or name in host.unreadable or name not in role.variables:
            return
        templar = self._templar.copy_with_new_env(available_variables=role.variables)
        try:
            host.values[name] = materialized(templar.template(role.variables[name]))
        except AnsibleError as error:
            host.unreadable[name] = why_unreadable(error, wanted)

    def _input_problems(
        self, host: Host, roles: Sequence[Role], task_vars: dict[str, t.Any], known_roles: Sequence[str] | None
    ) -> list[Problem]:
        """What is wrong with the values of the variables that HOST reports on."""
        if not host.asks:
            return []
        from ansible_collections.quorate.ha_cluster.plugins.module_utils._input import check, inventory

        around = inventory.Around(
            host=host.name,
            hosts=frozenset(task_vars["groups"]["all"]),
            groups=task_vars["groups"],
            roles=frozenset(role.path.name for role in roles),
            is_site=known_roles is not None,
        )
        found = [Problem(name, text) for name, text in host.unreadable.items()]
        if known_roles and "ha_roles" in task_vars:
            wanted = materialized(self._templar.template(task_vars["ha_roles"]))
            found += role_name_problems(wanted, known_roles)
        for role in roles:
            found += missing_problems(role.options, role.variables)
            found += check.form_problems(role.options, host.values)
        # Other roles than resources may look at its variables, which are not theirs to judge.
        only = {name for role in roles for name in role.options if "resources" in around.roles or name not in check.CIB}
        found += check.problems(host.values, around, unreadable=host.unreadable, only=only)
        return list(dict.fromkeys(found))

    def _requirements(self, host: Host, role: Role, task_vars: Mapping[str, t.Any]) -> list[str]:
        """What else is wrong, by what ROLE requires. Another host says why, where it can't be told."""
        problems = problems_of(role.path.name)
        if problems is None:
            return []
        around = role_host.Host(
            host.name,
            groups=task_vars["groups"],
            facts=task_vars.get("ansible_facts") or {},
            play=[str(each) for each in task_vars.get("ansible_play_hosts_all") or ()],
            has_vault=Vault.of(self._loader).usable,
        )
        try:
            return list(problems(Values(self._read, host, role), around))
        # What is empty (null) is of no type, so it may be wrong though its form is right.
        except (ClusterError, KeyError, TypeError, AttributeError) as error:
            return [f"The input of role {role.path.name} can't be checked: {error}"] if host.asks else []


def family_problems(host: Host, role: Role, task_vars: Mapping[str, t.Any]) -> list[str]:
    """The problem of a HOST whose distribution ROLE is not made for."""
    facts = task_vars.get("ansible_facts") or {}
    if knows_family(role.path, str(facts.get("os_family") or "Debian")):
        return []
    return [
        f"Host {host.name} runs {facts.get('distribution')}, which role {role.path.name} knows nothing of; it is made"
        " for the families of Debian and of Red Hat."
    ]


def several_problems(task_vars: Mapping[str, t.Any]) -> list[str]:
    """What is wrong where a play that is about one cluster has hosts of several."""
    groups, hostvars = task_vars["groups"], task_vars["hostvars"]
    clusters: dict[str, set[str]] = {}
    for name in groups.get("cluster", ()):
        if name in task_vars["ansible_play_hosts_all"] and hostvars[name].get("ha_cluster_name"):
            clusters.setdefault(str(hostvars[name]["ha_cluster_name"]), set()).add(name)
    if len(clusters) < 2:
        return []
    places = {
        cluster: [group for group, members in groups.items() if group != "cluster" and hosts == set(members)]
        for cluster, hosts in clusters.items()
    }
    listed = ", ".join(f"{cluster} (group {names[0]})" if names else cluster for cluster, names in places.items())
    example = next((names[0] for names in places.values() if names), "GROUP")
    return [
        f"The inventory has the clusters {listed}, and this is done to one at a time. Choose it by its group below the"
        f" group 'cluster': -e ha_clusters={example}"
    ]


def together_problems(batch: Sequence[str]) -> list[str]:
    """What is wrong where a play that is about one host at a time has a BATCH of several."""
    if len(batch) < 2:
        return []
    return [f"This play visits {', '.join(batch)} at the same time. Set serial: 1 in the play."]


def nodes_of(values: Mapping[str, t.Any]) -> Collection[str] | None:
    """The nodes of the cluster, where they can be told."""
    links = values.get("ha_links")
    try:
        return addresses_by_node(values["ha_nodes"], links if isinstance(links, list) else ["cluster"])
    except (KeyError, ClusterError):
        return None


def differing(hostvars: t.Any, host: str, other: str) -> frozenset[str]:
    """The variables of this collection that the inventory gives to HOST otherwise than to the OTHER."""
    one, two = (hostvars.raw_get(name) for name in (host, other))
    names = {name for each in (one, two) for name in each if name.startswith(PREFIX)}
    return frozenset(name for name in names if not is_same(one.get(name), two.get(name)))


def is_same(one: t.Any, two: t.Any) -> bool:
    """Whether two values are written alike. Those that are encrypted, and can't be opened, are not."""
    try:
        return one is two or bool(one == two)
    except AnsibleError:
        return False
