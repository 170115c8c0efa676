# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply the export of a CIB by cluster_info to an empty CIB with the real pcs, and compare both CIBs. `left_out` must
name every difference. Runs inside the root file system of a Debian release.

The comparison has its own parser for the XML (see facts.py). If nothing is left out, crm_simulate must give the same
scores for both CIBs, and start the same actions with the same parameters. A description made from the CIB replaces
agents that this release does not have, or that have other parameters.
"""

from __future__ import annotations

import collections
import json
import os
import pathlib
import re
import subprocess
import tempfile
import traceback
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import loaded_pcs
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.engine import Engine, information
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.properties import READ_ONLY_PROPERTIES
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.store import FileStore
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult
from corpus import NoCommands
from facts import Fact, facts
from oracle import holds_word, simulate
from upgrade import configuration
from workers import files, in_workers

DESCRIPTION = """<?xml version="1.0"?>
<resource-agent name={name} version="1.0"><version>1.1</version><longdesc lang="en">x</longdesc>
<shortdesc lang="en">x</shortdesc><parameters>{parameters}</parameters><actions>{actions}</actions></resource-agent>
"""
PARAMETER = """<parameter name={name}><longdesc lang="en">x</longdesc><shortdesc lang="en">x</shortdesc>
<content type="string"/></parameter>"""
ACTIONS = ("start", "stop", "monitor", "promote", "demote", "meta-data", "validate-all")
ACTIONS_OF_FENCING = ("on", "off", "reboot", "status", "list", "monitor", "metadata", "start", "stop")
STATE = ("have-quorum", "no-quorum-panic", "dc-uuid", "execution-date")  # attributes with state
ADDRESSES = ("remote-addr", "server")
REFERRED = ("instance_attributes", "nvpair", "operations")
MONITOR = ("operation", "monitor")  # pcs adds one to every resource without operations


class LoadedPcs:
    """Runs commands. pcs is loaded in this process, and forked children answer the requests of the engine (see
    loaded_pcs.py). With ALL_TOOLS, pcs starts all tools of Pacemaker as usual."""

    def __init__(self, all_tools: bool = False, path: str | None = None) -> None:
        """PATH is the CIB to rebuild. Errors that crm_verify finds in it are ignored."""
        self.all_tools = all_tools
        self.path = path

    def run(
        self, argv: list[str], stdin: str | None = None, environment: Mapping[str, str] | None = None
    ) -> CommandResult:
        if self.all_tools:
            return in_process(argv, stdin, environment)
        if "-c" in argv and stdin:
            answer = loaded_pcs.answer(stdin)
            return CommandResult(answer["rc"], answer["stdout"], answer["stderr"])
        if loaded_pcs.STAYS_THE_SAME.match(argv[1]):
            output, error, code = loaded_pcs.remembered(argv, lambda: told(in_process(argv, stdin, environment)))
            return CommandResult(code, output, error)
        done = in_process(argv, stdin, environment)
        if argv[0] == "crm_verify" and done.rc != 0 and self.path is not None:
            before = in_process(["crm_verify", "--xml-file", self.path, "--verbose"], None, None)
            if {*said(done)} <= {*said(before)}:
                return CommandResult(0, "", "")
        return done

    def find(self, name: str) -> str | None:
        return f"/usr/sbin/{name}"

    def warn(self, message: str) -> None:
        """Ignore warnings."""


def in_process(argv: list[str], stdin: str | None, environment: Mapping[str, str] | None) -> CommandResult:
    done = subprocess.run(
        argv, input=stdin, capture_output=True, text=True, check=False, env={**os.environ, **(environment or {})}
    )
    return CommandResult(done.returncode, done.stdout, done.stderr)


def said(result: CommandResult) -> list[str]:
    """Return the complaints of crm_verify."""
    return [line.partition("error")[2].lstrip(" :") for line in result.stderr.splitlines() if "error" in line]


def told(result: CommandResult) -> tuple[str, str, int]:
    return result.stdout, result.stderr, result.rc


# --- agents ----------------------------------------------------------------------------------------------------------


def describe_agents(root: ET.Element) -> None:
    """Describe each agent of the CIB ROOT that differs from the release's own: the release has no such agent, or it
    lacks parameters or operations, requires a parameter that the CIB does not set, or wants a value to be unique that
    the CIB uses twice."""
    descriptions = pathlib.Path(os.environ[loaded_pcs.DESCRIPTIONS])
    for path in descriptions.iterdir():
        path.unlink()
    used: dict[str, list[set[str]]] = collections.defaultdict(list)
    values: dict[str, collections.Counter[tuple[str, str]]] = collections.defaultdict(collections.Counter)
    done: dict[str, set[str]] = collections.defaultdict(set)
    by_id = {element.get("id", ""): element for tag in REFERRED for element in root.iter(tag) if element.get("id")}
    for element in root.iter():
        if element.tag in ("primitive", "template") and element.get("type"):
            agent = agent_of(element)
            pairs = set(options(element, by_id))
            values[agent].update(pairs)
            used[agent].append({name for name, _value in pairs})
            for operations in element.findall("operations"):
                referred = by_id.get(operations.get("id-ref", ""), operations)
                done[agent].update(operation.get("name", "") for operation in referred)
    for clone in (*root.iter("clone"), *root.iter("master")):
        if clone.tag == "master" or clone.find("meta_attributes/nvpair[@name='promotable']") is not None:
            for element in clone.iter("primitive"):
                done[agent_of(element)] |= {"promote", "demote"}
    for agent, given in used.items():
        if agent not in REAL_PARAMETERS:
            REAL_PARAMETERS[agent] = real_parameters(agent)
        known, required, unique, has = REAL_PARAMETERS[agent]
        parameters = set().union(*given)
        is_shared = any(number > 1 and name in unique for (name, _value), number in values[agent].items())
        is_wrong = not parameters <= known or not done[agent] <= has or not all(required <= each for each in given)
        if is_shared or is_wrong:
            usual = ACTIONS_OF_FENCING if agent.startswith("stonith:") else ACTIONS
            actions = sorted({*usual, *done[agent]})
            loaded_pcs.description(agent).write_text(
                DESCRIPTION.format(
                    name=quoteattr(agent.rpartition(":")[2]),
                    parameters="".join(PARAMETER.format(name=quoteattr(name)) for name in sorted(parameters)),
                    actions="".join(f'<action name="{name}" timeout="20s"/>' for name in actions),
                ),
                encoding="utf-8",
            )


def agent_of(element: ET.Element) -> str:
    return ":".join(filter(None, (element.get(name) for name in ("class", "provider", "type"))))


def options(element: ET.Element, by_id: Mapping[str, ET.Element]) -> Iterator[tuple[str, str]]:
    """Return the options of a resource, with those that it has by reference."""

    def target(found: ET.Element) -> ET.Element:
        return by_id[found.get("id-ref", "")] if found.get("id-ref") in by_id else found

    for nvset in element.findall("instance_attributes"):
        for pair in target(nvset).findall("nvpair"):
            yield pair.get("name") or target(pair).get("name", ""), target(pair).get("value", "")


Names = frozenset[str]
REAL_PARAMETERS: dict[str, tuple[Names, Names, Names, Names]] = {}


def real_parameters(agent: str) -> tuple[Names, Names, Names, Names]:
    """Return the parameters of an agent, the required ones, the unique ones, and its actions. For an agent that does
    not exist, no use is right."""
    described = LoadedPcs().run(["crm_resource", "--show-metadata", agent])
    if described.rc != 0 or "/" in agent:
        return frozenset(), frozenset(("an agent",)), frozenset(), frozenset()
    root = ET.fromstring(described.stdout)
    parameters = list(root.iter("parameter"))
    required = {item.get("name", "") for item in parameters if item.get("required") in ("1", "true")}
    unique = {item.get("name", "") for item in parameters if item.get("unique") == "1" or item.get("unique-group")}
    actions = frozenset(item.get("name", "") for item in root.iter("action"))
    return frozenset(item.get("name", "") for item in parameters), frozenset(required), frozenset(unique), actions


# --- the survey ------------------------------------------------------------------------------------------------------


def survey(directory: str, step: int = 1) -> dict[str, dict[str, Any]]:
    """Rebuild each CIB file below DIRECTORY, or every STEP-th one, and return the results as rebuilt() does. Files with
    the same export are built once."""
    loaded_pcs.load()
    exports = in_workers(export, [(directory, path) for path in files(directory, step)], f"exports of {directory}")
    alike: dict[str, list[tuple[str, str]]] = {}
    for name, text in exports.items():
        alike.setdefault(text, []).append((name, f"{directory}/{name}"))
    return in_workers(rebuilt, list(alike.values()), f"what pcs makes of the exports of {directory}")


def export(place: tuple[str, pathlib.Path]) -> dict[str, str]:
    """Return the export of the CIB file in PLACE, a directory and a path in it, as text, by the name of the file."""
    directory, path = place
    exported = information(NoCommands(), str(path), secrets=True)
    return {str(path.relative_to(directory)): json.dumps(declaration(exported), sort_keys=True)}


def declaration(exported: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of EXPORTED, a result of cluster_info, that pcs_cib takes."""
    return {kind: exported[kind] for kind in CIB if kind in exported}


def rebuilt(those: Sequence[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Rebuild THOSE CIB files, names and paths with the same export. Returns for each the refusal of pcs (`refused`),
    or the differences between it and the rebuilt CIB (see differences())."""
    try:
        path = those[0][1]
        new = f"{path}.new"
        exported = information(NoCommands(), path, secrets=True)
        with tempfile.TemporaryDirectory() as descriptions:
            os.environ[loaded_pcs.DESCRIPTIONS] = descriptions
            refused = build(path, new, declaration(exported))
        if refused:
            return {name: {"refused": refused} for name, _path in those}
        return {name: differences(path, new) for name, path in those}
    except Exception:
        return {name: {"broken": traceback.format_exc(limit=-4)} for name, _path in those}


def build(path: str, new: str, declared: Mapping[str, Any], all_tools: bool = False) -> list[str]:
    """Make the CIB file NEW with the nodes of the CIB file PATH and everything that is DECLARED. Returns the error, if
    any."""
    root = ET.parse(path).getroot()
    describe_agents(root)
    pathlib.Path(new).write_text(bare(root), encoding="utf-8")
    loaded_pcs.prepare(new)
    refused: list[str] = []
    while len(refused) < 20:
        problem = apply(LoadedPcs(all_tools, path), new, declared)
        if problem is None:
            break
        refused.append(problem)
        smaller = without_refused(declared, problem)
        if smaller == declared:
            break
        declared = smaller
    return refused


def comparison(directory: str) -> dict[str, list[str]]:
    """Build the CIB files in DIRECTORY with the real tools and with loaded_pcs.py. Returns those that the real tools
    can build, and those where the results differ."""
    loaded_pcs.load()
    found: dict[str, list[str]] = {"built": [], "different": []}
    for path in map(str, files(directory)):
        declared = declaration(information(NoCommands(), path, secrets=True))
        made = []
        with tempfile.TemporaryDirectory() as descriptions:
            os.environ[loaded_pcs.DESCRIPTIONS] = descriptions
            for all_tools in (False, True):
                refused = build(path, f"{path}.new", declared, all_tools)
                made.append((refused, configuration(pathlib.Path(f"{path}.new").read_text(encoding="utf-8"))))
            if os.listdir(descriptions):
                continue  # the real tools don't know the described agents
        found["built"].append(path)
        if made[0] != made[1]:
            found["different"].append(path)
    return found


def differences(path: str, new: str) -> dict[str, Any]:
    """Compare the CIB file PATH with its rebuilt form, the file NEW. Returns the facts that NEW lacks and `left_out`
    does not name (`lost`), those that it has in addition (`gained`) and, if nothing is left out, the differences in the
    actions of the cluster (`simulated`)."""
    left_out = information(NoCommands(), path, secrets=True)["left_out"]
    root, other = ET.parse(path).getroot(), ET.parse(new).getroot()
    result = {"lost": list(lost(root, other, left_out)), "gained": list(gained(root, other, left_out))}
    if not left_out and not result["lost"] and not result["gained"]:
        result["simulated"] = list(simulated_differently(path, root, other))
    return result


def apply(runner: LoadedPcs, path: str, declared: Mapping[str, Any]) -> str | None:
    """Apply DECLARED to the CIB file PATH. Returns the error if it is refused."""
    validated = ArgumentSpecValidator(CIB).validate({**declared, "no_default_operations": True})
    if validated.error_messages:
        return "; ".join(validated.error_messages)
    try:
        Engine(runner, FileStore(runner, path)).ensure({kind: validated.validated_parameters[kind] for kind in CIB})
    except ClusterError as error:
        return str(error)
    return None


def without_refused(declared: Mapping[str, Any], problem: str) -> dict[str, Any]:
    """Remove the object that PROBLEM is about from DECLARED, so that further problems are found, too."""
    names = re.findall(r"'([^']*)'", problem)
    smaller = dict(declared)
    for name in names:
        for kind, items in declared.items():
            if isinstance(items, list):
                smaller[kind] = [item for item in items if name not in (item.get("id"), item.get("name"))]
            elif name in items:
                smaller[kind] = {key: value for key, value in items.items() if key != name}
        if smaller != declared:
            break
    return smaller


def bare(root: ET.Element) -> str:
    """Return an empty CIB with the nodes of the CIB ROOT, without their configuration."""
    text = LoadedPcs().run(["cibadmin", "--empty"]).stdout
    empty = ET.fromstring(text)
    nodes = empty.find("configuration/nodes")
    assert nodes is not None
    made = {found.get("id") for found in root.iter("primitive") if found.get("type") == "remote"}
    made |= {pair.get("value") for pair in root.iter("nvpair") if pair.get("name") == "remote-node"}
    for node in root.findall("configuration/nodes/node"):
        if node.get("uname") in made:
            continue  # it comes with its resource
        kept = {name: node.get(name, "") for name in ("id", "uname", "type") if node.get(name)}
        ET.SubElement(nodes, "node", kept)
    return ET.tostring(empty, encoding="unicode")


def lost(root: ET.Element, other: ET.Element, left_out: list[str]) -> Iterator[str]:
    before, after = facts(root), facts(other)
    for key, fact in before.items():
        there = after.get(key)
        if (there is None or there.value != fact.value) and not is_named(fact, left_out):
            yield f"{' '.join(key)}: {fact.value!r}, rebuilt as {there.value if there else None!r}"


def gained(root: ET.Element, other: ET.Element, left_out: list[str]) -> Iterator[str]:
    before, after = facts(root), facts(other)
    monitored = {key[:2] for key, fact in before.items() if key[2:4] == MONITOR and not is_named(fact, left_out)}
    without_monitor = {key[:2] for key in before if key[0] == "primitive"} - monitored
    for key, fact in after.items():
        if key not in before and not (key[2:4] == MONITOR and key[:2] in without_monitor):
            yield f"{' '.join(key)}: {fact.value!r}"


def is_named(fact: Fact, left_out: list[str]) -> bool:
    """Whether a phrase of LEFT_OUT has an id of an element that holds the fact, or is about the whole object."""
    return any(
        any(holds_word(phrase, name) for name in fact.ids)
        or any(phrase.startswith((f"{whole} (", f"{whole} of ")) for whole in fact.wholes)
        or (holds_word(phrase, fact.owner) and any(holds_word(phrase, word) for word in fact.words))
        for phrase in left_out
    )


def simulated_differently(path: str, root: ET.Element, other: ET.Element) -> Iterator[str]:
    """Return lines that crm_simulate prints for only one of the two CIBs. Both get the state of the cluster in the
    first. Values that pcs adds to resources without them are ignored: a monitor, and the address of a guest or remote
    node."""
    said = {pair.get("name") for pair in root.iter("nvpair")}
    for nvset in other.iter():
        for pair in nvset.findall("nvpair"):
            if pair.get("name") in ADDRESSES and pair.get("name") not in said:
                nvset.remove(pair)
    other.attrib.update({name: root.get(name, "") for name in STATE if root.get(name)})
    monitored = {key[:2] for key in facts(root) if key[2:4] == MONITOR}
    for primitive in other.iter("primitive"):
        for operations in primitive.findall("operations"):
            for operation in operations.findall("op[@name='monitor']"):
                if ("primitive", primitive.get("id", "")) not in monitored:
                    operations.remove(operation)
    properties = other.find("configuration/crm_config/cluster_property_set")
    if properties is not None:  # with those that the cluster sets by itself
        properties.extend(pair for pair in root.iter("nvpair") if pair.get("name") in READ_ONLY_PROPERTIES)
    status = root.find("status")
    for found in other.findall("status"):
        other.remove(found)
    if status is not None:
        other.append(status)
    one, actions = simulate(written_in_one_order(root, f"{path}.before"))
    another, other_actions = simulate(written_in_one_order(other, f"{path}.rebuilt"))
    for before, after in ((scores(one), scores(another)), (started(actions), started(other_actions))):
        yield from (f"only before: {line}" for line in (before - after).elements())
        yield from (f"only rebuilt: {line}" for line in (after - before).elements())


def written_in_one_order(root: ET.Element, path: str) -> str:
    """Write the CIB ROOT into the file PATH with its resources sorted by name, and return PATH: the scheduler decides
    between equals by their order in the CIB, and pcs changes that order."""
    for section in ("resources", "constraints"):
        for found in root.iterfind(f"configuration/{section}"):
            found[:] = sorted(found, key=lambda each: each.get("id", ""))
    pathlib.Path(path).write_text(ET.tostring(root, encoding="unicode"), encoding="utf-8")
    return path


def scores(root: ET.Element) -> collections.Counter[str]:
    found = root.iter("node_weight")
    return collections.Counter(" ".join(item.get(name, "") for name in ("id", "node", "score")) for item in found)


def started(graph: ET.Element) -> collections.Counter[str]:
    lines = collections.Counter[str]()
    for action in graph.iter("rsc_op"):
        attributes = action.find("attributes")
        values = sorted((attributes.attrib if attributes is not None else {}).items())
        given = " ".join(f"{name}={value}" for name, value in values if name != "crm_feature_set")
        lines[f"{action.get('operation_key')} {action.get('on_node')} {given}"] += 1
    return lines
