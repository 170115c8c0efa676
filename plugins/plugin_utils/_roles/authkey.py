# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role authkey.

They are made from digests. Keys pass through only where they are handed to a module: those that are supplied, and those
that a host gives to others. KEYS are the entries of ha_shared_keys; FOUND is, by host of the play, the result of
internal_machine_info.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import typing as t
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._corosync.conf import is_stock_text
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input import shared_hosts
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._host_variables import HostVariables

from .host import Host
from .look import Look, State

Key = Mapping[str, t.Any]
Found = Mapping[str, Mapping[str, t.Any]]

# The options of a key that the module internal_key_file takes, and its defaults for some of them.
FILE_OPTIONS = ("path", "owner", "group", "mode", "directory_owner", "directory_group", "directory_mode")
RIGHTS = {"owner": "root", "group": "root", "mode": "0400"}
SIZE = 256

COROSYNC_CONF = "/etc/corosync/corosync.conf"
CLUSTER_UNITS = ("corosync.service", "pacemaker.service")
FENCE_UNIT = "fence_virtd.service"


def problems(values: Mapping[str, t.Any], host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables, one sentence each."""
    keys: Sequence[Key] = values["ha_shared_keys"] or ()
    paths = [key["path"] for key in keys]
    if len(set(paths)) < len(paths):
        yield f"ha_shared_keys lists a path twice for {host.name}: {', '.join(paths)}. Keep one of them."
    unshared = [key["path"] for key in keys if not key["hosts"]]
    if unshared:
        yield (
            f"ha_shared_keys of {host.name}: {', '.join(unshared)} has no hosts to share it. Name its hosts, or correct"
            " ha_nodes and ha_hypervisors where they come from."
        )
    strangers = [name for name in hosts_of(keys) if name not in host.groups["all"]]
    if strangers:
        yield (
            f"ha_shared_keys of {host.name} names {', '.join(strangers)}, not in the inventory. Correct the keys'"
            " hosts, or ha_nodes and ha_hypervisors where they come from."
        )


def plan_neighbours(
    cluster: Iterable[str], *, nodes: Sequence[str], hostvars: Mapping[str, Mapping[str, t.Any]]
) -> list[str]:
    """The nodes of other clusters that have a hypervisor in common with NODES: its fence_virtd has one key for all.

    CLUSTER are the nodes of all clusters. Few inventories have several.
    """
    every = list(cluster)
    if set(every) <= set(nodes):
        return []
    return shared_hosts.neighbours(nodes[0], {name: HostVariables(hostvars[name]) for name in every})


def plan_rotatable(keys: Iterable[Key]) -> list[str]:
    """The paths of KEYS that a cluster can rotate by itself, because no other cluster has them."""
    return [key["path"] for key in keys if not key.get("neighbours")]


@dataclass(frozen=True)
class Mine:
    """The keys that a host shares: their files, those of their successors, and the units that use them."""

    files: tuple[str, ...]
    successors: tuple[str, ...]
    units: tuple[str, ...]


def plan_mine(keys: Iterable[Key], *, host: str) -> Mine:
    """Find the files and units to look at on HOST."""
    mine = [key for key in keys if host in key["hosts"]]
    files = tuple(key["path"] for key in mine)
    return Mine(files, tuple(map(successor, files)), tuple(dict.fromkeys(filter(None, map(service, mine)))))


@dataclass(frozen=True)
class Decision:
    """The key that is used at a path.

    - source: `supplied`, `existing`, `generate` or `missing`
    - host: the one that has or generates the key
    - write: the hosts that lack the key or have another one
    - conflicts: those of them whose service runs with another one
    - absent: the key's hosts that aren't in the play
    - correct: the hosts on which owner, group or mode of the file are otherwise than wanted
    """

    path: str
    source: str
    host: str
    sha256: str
    write: tuple[str, ...]
    conflicts: tuple[str, ...]
    absent: tuple[str, ...]
    correct: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The changes that are due in the keys that hosts of the play share.

    - decisions: one for each key
    - due: the keys that a host lacks, or has with other rights. On all hosts the same, because those that have a key
      give it to the others
    - obstacles: the reasons to do nothing, one sentence each
    - generate: the keys that internal_key_file has to make on this host
    - give: the keys that others lack and this host has
    - sharers: the hosts of the play with which it shares keys; none for a hypervisor, which goes on for other clusters
    """

    decisions: tuple[Decision, ...]
    due: tuple[str, ...]
    obstacles: tuple[str, ...]
    generate: tuple[Key, ...]
    give: tuple[str, ...]
    sharers: tuple[str, ...]


def plan(
    keys: Sequence[Key],
    *,
    found: Found,
    host: str,
    hypervisors: Collection[str] = (),
    overwrite: bool = False,
    check_mode: bool = False,
) -> Plan:
    """Plan for HOST. OVERWRITE: whether a key that a running service uses may be replaced."""
    decisions = {key["path"]: decide(key, found) for key in keys if any(name in found for name in key["hosts"])}
    own = [each for each in decisions.values() if each.host == host]
    generate = [each.path for each in own if each.source == "generate"]
    # Check mode generates none, so there is nothing to read.
    given = [each.path for each in own if each.source == "existing" or (each.source == "generate" and not check_mode)]
    sharers = [] if host in hypervisors else hosts_of(key for key in keys if host in key["hosts"])
    return Plan(
        decisions=tuple(decisions.values()),
        due=tuple(path for path, each in decisions.items() if each.write or each.correct),
        obstacles=tuple(obstacles(decisions.values(), overwrite=overwrite)),
        generate=tuple(
            {**file_of(key), "size": size(key)} for key in keys if key["path"] in generate and host in key["hosts"]
        ),
        give=tuple(path for path in given if decisions[path].write),
        sharers=tuple(name for name in sharers if name in found),
    )


def decide(key: Key, found: Found) -> Decision:
    """Decide for one KEY: the supplied one wins, then that of a host on which the key's service runs, then that of the
    first host that has one. Where none has one, one is generated, unless a host is missing that may have one."""
    path = key["path"]
    present = {name: found[name]["files"][path] for name in sharers_of(key) if path in files(found, name)}
    holders = {name: state["sha256"] for name, state in present.items() if state["exists"]}
    running = [name for name in holders if is_in_use(service(key), found[name])]
    absent = tuple(name for name in key["hosts"] if name not in present)
    host, sha256 = "", ""
    if key.get("content"):
        source, sha256 = "supplied", supplied_digest(key)
    elif holders:
        host = next(iter(running or holders))
        source, sha256 = "existing", holders[host]
    else:
        source, host = ("missing", "") if absent else ("generate", next(iter(present)))
    return Decision(
        path=path,
        source=source,
        host=host,
        sha256=sha256,
        write=tuple(name for name in present if not sha256 or holders.get(name) != sha256),
        conflicts=tuple(name for name in running if sha256 and holders[name] != sha256),
        absent=absent,
        correct=tuple(name for name, state in present.items() if state["exists"] and not has_rights(state, key)),
    )


def obstacles(decisions: Iterable[Decision], *, overwrite: bool) -> Iterator[str]:
    """The reasons to put no key in place: a new one would not reach all hosts, or one in use would be replaced."""
    for each in decisions:
        if each.source == "missing":
            yield (
                f"No host of this play has the key {each.path}, and a new one is not made while hosts that share it are"
                f" missing: {', '.join(each.absent)} may have one. Bring them up and run without --limit, or supply the"
                " key as content in ha_shared_keys. Nothing was changed."
            )
        if each.conflicts and not overwrite:
            winner = "supplied key" if each.source == "supplied" else f"key of {each.host}"
            yield (
                f"{each.path} of {', '.join(each.conflicts)} differs from the {winner}, and the service that uses it"
                " runs there. Nothing was changed. Stop the service on these hosts, or run playbook"
                " quorate.ha_cluster.rotate_authkey to change a running cluster's key, or set ha_shared_keys_overwrite"
                " to true, which replaces the file and takes effect when the service starts the next time."
            )


def plan_files(
    keys: Iterable[Key],
    *,
    decisions: Iterable[Mapping[str, t.Any]],
    host: str,
    contents: Mapping[str, Mapping[str, t.Any]],
    check_mode: bool = False,
) -> list[dict[str, t.Any]]:
    """List the keys for internal_key_file on HOST after DECISIONS, each with its content if HOST has to get it.

    CONTENTS: by host, the result of the module slurp there, in a loop. Check mode foresees the keys that are
    generated, too.
    """
    decided = {each["path"]: each for each in decisions}
    slurped = {
        (name, result["source"]): result["content"]
        for name, registered in contents.items()
        for result in registered.get("results", ())
        if "content" in result
    }
    wanted = []
    for key in keys:
        if host not in key["hosts"] or key["path"] not in decided:
            continue
        decision, entry = decided[key["path"]], file_of(key)
        if decision["source"] == "supplied":
            entry["content"] = key["content"]
        elif host in decision["write"] and (decision["host"], key["path"]) in slurped:
            entry["content"] = slurped[decision["host"], key["path"]]
        elif check_mode and decision["source"] == "generate":
            entry["size"] = size(key)
        wanted.append(entry)
    return wanted


def plan_absent(keys: Iterable[Key], *, paths: Collection[str], hosts: Collection[str]) -> list[str]:
    """The hosts that share one of the KEYS at PATHS and are not among HOSTS."""
    return [name for name in hosts_of(key for key in keys if key["path"] in paths) if name not in hosts]


@dataclass(frozen=True)
class Rotation:
    """The rotation of a key, as one host does it.

    - hosts: those that share the key
    - maker: the one that makes the successor, and that has corosync take it over on all nodes
    - file: the key's options for internal_key_file; previous: the same for the copy of the present one
    - service: the unit that reads the key at its start
    - due: the steps of this host: `keep` the present key, `make` its successor, `place` it, then `reload` corosync on
      all nodes, `restart` the service, `watch` the cluster, `compare` this node's view of the others, `test` fencing
    """

    path: str
    hosts: tuple[str, ...]
    maker: str
    file: Key
    previous: Key
    service: str
    due: tuple[str, ...]


def plan_rotation(
    keys: Iterable[Key],
    *,
    paths: Collection[str],
    found: Found,
    older_than: int,
    host: str,
    nodes: Collection[str],
    test_fencing: bool,
) -> dict[str, Rotation]:
    """Plan the rotation on HOST of the KEYS at PATHS that are due, by path, in their order."""
    return {
        key["path"]: rotation(key, host, found.get(host, {}), fences=test_fencing and host in nodes)
        for key in keys
        if key["path"] in paths and is_due(key, found, older_than)
    }


def rotation(key: Key, host: str, look: State, *, fences: bool) -> Rotation:
    """The rotation of KEY on HOST, after a LOOK at it. FENCES: whether it tests the power switches."""
    shares, maker, unit = host in key["hosts"], key["hosts"][0], service(key)
    by_reload, by_restart = key.get("takes_over") == "reload", key.get("takes_over") == "restart"
    steps = {
        "keep": shares,
        "make": host == maker,
        "place": shares,
        "reload": by_reload and host == maker,
        "restart": by_restart and shares and bool(look["units"][unit]["active"]),
        "watch": by_reload,
        "compare": by_reload and shares,
        "test": fences and unit == FENCE_UNIT,
    }
    return Rotation(
        path=key["path"],
        hosts=tuple(key["hosts"]),
        maker=maker,
        file=file_of(key),
        previous={**file_of(key), "path": f"{key['path']}.previous", "copy_of": key["path"]},
        service=unit,
        due=tuple(step for step, is_wanted in steps.items() if is_wanted),
    )


def is_due(key: Key, found: Found, older_than: int) -> bool:
    """Whether KEY is due: a supplied one when a host has another, a generated one when it is as old as it may be.

    A successor that exists already is that of an interrupted run; then the key is due in any case.
    """
    path = key["path"]
    looks = [Look.read(found[name]) for name in key["hosts"] if path in files(found, name)]
    holders = [look for look in looks if look.exists(path)]
    if not holders:
        return False
    if any(look.exists(successor(path)) for look in looks):
        return True
    if key.get("content"):
        return any(look.files[path]["sha256"] != supplied_digest(key) for look in holders)
    return max(float(look.commands["clock"].stdout) - look.modified(path) for look in holders) >= older_than


def plan_successor(keys: Iterable[Key], *, path: str) -> dict[str, t.Any]:
    """The options with which internal_key_file makes the successor of the key at PATH."""
    key = next(each for each in keys if each["path"] == path)
    return {"path": successor(path), "content": key.get("content") or "", "size": size(key)}


def plan_lacking(hosts: Iterable[str], *, placed: Mapping[str, Mapping[str, t.Any]]) -> list[str]:
    """Those of HOSTS that lack the successor. PLACED: by host of the play, the result of putting it in place."""
    return [name for name in hosts if name not in placed or placed[name].get("failed")]


def plan_change(
    after: Mapping[str, t.Any], *, before: Mapping[str, t.Any], node: str, nodes: Collection[str]
) -> list[str]:
    """Describe the change in the view that NODE has of the other NODES, from corosync_info BEFORE and AFTER."""
    if (
        after["reloaded"]
        and after["formed"] == before["formed"]
        and len(after["members"]) == len(nodes)
        and not after["links_down"]
    ):
        return []
    return [
        f"With the new key node {node} does not see the others as before. Its corosync has"
        f" {'reloaded' if after['reloaded'] else 'not reloaded'} its file, has formed {after['formed']} memberships"
        f" ({before['formed']} before), has {len(after['members'])} of {len(nodes)} members, and lacks"
        f" {', '.join(after['links_down']) or 'no link'}."
    ]


def service(key: Key) -> str:
    """The unit that uses KEY, if there is one."""
    return key.get("service") or ""


def size(key: Key) -> int:
    """The number of bytes of KEY that are generated."""
    return int(key.get("size") or SIZE)


def file_of(key: Key) -> dict[str, t.Any]:
    """The options of the module internal_key_file for KEY, without the key itself."""
    return {name: key[name] for name in FILE_OPTIONS if name in key}


def successor(path: str) -> str:
    return f"{path}.next"


def files(found: Found, host: str) -> State:
    """The files that were looked at on HOST."""
    looked: State = found.get(host, {}).get("files", {})
    return looked


def hosts_of(keys: Iterable[Key]) -> list[str]:
    """The hosts that share KEYS, each once."""
    return list(dict.fromkeys(name for key in keys for name in key["hosts"]))


def sharers_of(key: Key) -> list[str]:
    """The hosts that share KEY. With neighbours in an order that is the same for all of them, so that they agree."""
    neighbours = key.get("neighbours") or ()
    return sorted({*key["hosts"], *neighbours}) if neighbours else list(key["hosts"])


def is_in_use(unit: str, look: State) -> bool:
    """Whether UNIT runs on a host of which LOOK tells, in a real cluster. Debian's packages start a cluster of one node
    when they are installed, and that one does not use a key."""
    active = bool(look["units"].get(unit, {}).get("active"))
    return active and not (unit in CLUSTER_UNITS and is_stock_text(look["texts"].get(COROSYNC_CONF) or ""))


def has_rights(state: State, key: Key) -> bool:
    """Whether owner, group and mode of a file in STATE are those that KEY asks for."""
    return all(state.get(option, "") == key.get(option, usual) for option, usual in RIGHTS.items())


def supplied_digest(key: Key) -> str:
    """The digest of the content that is supplied for KEY."""
    try:
        return hashlib.sha256(base64.b64decode(str(key["content"]), validate=True)).hexdigest()
    except (binascii.Error, ValueError):
        raise ClusterError(f"ha_shared_keys: the content of {key['path']} isn't base64") from None
