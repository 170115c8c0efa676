# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the answers of Pacemaker's tools and pcs about a CIB with those of cluster_info. Runs inside the root file
system of a Debian release.

This file does not parse the CIB as the collection does: it uses the XML only to find the names to ask for. A value that
differs is a misreading. So is a missing one, unless `left_out` names the object that holds it.
"""

from __future__ import annotations

import functools
import itertools
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

import loaded_pcs
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.engine import information
from corpus import NoCommands
from upgrade import upgraded
from workers import files, in_workers

NAMING = ("obj_ref", "resource_ref", "role")
Misreadings = Iterator[str]
ROLES = {"master": "promoted", "slave": "unpromoted"}  # formerly: now
ROLES |= {name: name for name in ("promoted", "unpromoted", "started", "stopped")}


# --- the tools -------------------------------------------------------------------------------------------------------


def run(argv: Sequence[str], path: str) -> str:
    """Return the output of a tool of Pacemaker for the CIB file PATH; empty if the tool fails."""
    return run_if_it_can(argv, path) or ""


def run_if_it_can(argv: Sequence[str], path: str) -> str | None:
    """Do the same as run(), but return None if the tool fails. A tool that does not end breaks the comparison."""
    environment = {**os.environ, "CIB_file": path}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment, timeout=120)
    return done.stdout if done.returncode == 0 else None


def pcs_json(path: str, *words: str) -> Any:
    """Return the configuration that pcs prints as JSON for the CIB file PATH; None if this pcs has no JSON."""
    done = loaded_pcs.run(path, [*words, "config", "--output-format=json"])
    if done["rc"] == 0:
        return json.loads(done["stdout"])
    if "'--output-format' is not supported" in done["stderr"]:
        return None
    raise AssertionError(f"pcs {' '.join(words)} config: {done['stderr']}")


def simulate(path: str) -> tuple[ET.Element, ET.Element]:
    """Return the output of crm_simulate for the CIB file PATH, and the actions that the cluster would take."""
    path = upgraded(path)
    graph = f"{path}.graph"
    shown = ("--show-scores", "--show-attrs", "--show-utilization")
    text = run(["crm_simulate", "--xml-file", path, *shown, "--output-as=xml", "--run", "--save-graph", graph], path)
    actions = ET.parse(graph).getroot() if text else ET.Element("none")
    pathlib.Path(graph).unlink(missing_ok=True)
    return ET.fromstring(text[text.index("<") :] if text else "<none/>"), actions


# --- the survey ------------------------------------------------------------------------------------------------------


class Case:
    """A CIB file, its XML, and the result of cluster_info for it."""

    def __init__(self, path: str, read: str | None = None) -> None:
        self.path, self.upgraded = path, upgraded(path)
        self.exported = information(NoCommands(), read or path, secrets=True)
        self.root, copy = ET.parse(path).getroot(), ET.parse(path).getroot()
        configuration = self.root.find("configuration")
        assert configuration is not None
        self.configuration = configuration
        self.is_quorate = truth(self.root.get("have-quorum")) is True or self.root.get("no-quorum-panic", "0") != "0"
        self.by_id = elements_by_id(configuration)
        upgraded_configuration = ET.parse(self.upgraded).getroot().find("configuration")
        assert upgraded_configuration is not None
        self.upgraded_by_id = elements_by_id(upgraded_configuration)
        self.left_out: list[str] = self.exported["left_out"]
        self.simulated, self.graph = simulate(path)
        self.path_for_pcs = f"{path}.pcs"
        pathlib.Path(self.path_for_pcs).write_text(with_agents(copy), encoding="utf-8")

    def is_named(self, *names: str) -> bool:
        """Whether `left_out` has a phrase with one of NAMES in it."""
        return any(holds_word(phrase, name) for phrase in self.left_out for name in names if name)

    def items(self, *kinds: str) -> dict[str, dict[str, Any]]:
        """Return the exported objects of some KINDS by their ids."""
        return {item["id"]: item for kind in kinds for item in self.exported[kind]}


def with_agents(root: ET.Element) -> str:
    """Write the agent into the resources of the CIB ROOT that take it from a template: `pcs resource config` fails
    there."""
    for item in root.iter("primitive"):
        template = root.find(f".//template[@id='{item.attrib.pop('template', '')}']")
        if template is not None:
            item.attrib.update(
                {name: template.get(name, "") for name in ("class", "provider", "type") if template.get(name)}
            )
    return ET.tostring(root, encoding="unicode")


def elements_by_id(configuration: ET.Element) -> dict[str, ET.Element]:
    """Return the elements of a CIB by id, without those that only refer to another one."""
    return {found.get("id", ""): found for found in configuration.iter() if found.get("id") and found.tag not in NAMING}


def holds_word(phrase: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", phrase) is not None


def survey(directory: str, step: int = 1) -> dict[str, list[str]]:
    """Find the misreadings of each CIB file below DIRECTORY, or of every STEP-th one."""
    loaded_pcs.load()
    loses_references()  # for all workers
    alike: dict[bytes, list[pathlib.Path]] = {}
    for path in files(directory, step):
        alike.setdefault(path.read_bytes(), []).append(path)

    def work(paths: list[pathlib.Path]) -> dict[str, list[str]]:
        found = examine(str(paths[0]))
        return {str(path.relative_to(directory)): found for path in paths}

    return in_workers(work, list(alike.values()), f"what the tools read in the CIBs of {directory}")


def examine(path: str, read: str | None = None) -> list[str]:
    """Find every misreading of the CIB file PATH. READ is another file for cluster_info to read instead."""
    try:
        case = Case(path, read)
        return list(dict.fromkeys(phrase for check in CHECKS for phrase in check(case)))
    except Exception:
        return [f"the comparison broke: {traceback.format_exc(limit=-3)}"]


def current(value: Any) -> Any:
    """Return VALUE with the current names of roles, also within sets and lists."""
    if isinstance(value, dict):
        return {key: current(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [current(inner) for inner in value]
    return ROLES.get(str(value).lower(), value)


def differs(case: Case, what: str, said: Any, exported: Any, *names: str) -> Misreadings:
    """Yield a misreading if a tool's answer differs from the export and `left_out` has none of NAMES."""
    if said != exported and not case.is_named(*names):
        yield f"{what}: the tool says {said!r}, cluster_info {exported!r}"


# --- options and meta attributes of resources ------------------------------------------------------------------------

KINDS_OF_SETS = {"options": "instance_attributes", "meta": "meta_attributes", "utilization": "utilization"}
QUESTIONS = 2  # of one kind about one resource: each question starts a process
FLAGS = {"options": (), "meta": ("--meta",), "utilization": ("--utilization",)}
OWNERS = ("primitive", "group", "clone", "master")


def resource_values(case: Case) -> Misreadings:
    """Compare options and meta attributes with `crm_resource --get-parameter`, if they come from several places, a rule
    or a reference. Compare all options of a primitive with those that `crm_simulate` would pass to its agent, too."""
    exported = case.items("resources", "stonith", "groups", "clones")
    for element in case.configuration.iter():
        if element.tag not in OWNERS or element.get("id") not in exported:
            continue
        for kind in KINDS_OF_SETS:
            if kind == "meta" or element.tag == "primitive":
                yield from values_of(case, element, kind, exported[element.get("id", "")].get(kind, {}))


def values_of(case: Case, element: ET.Element, kind: str, exported: Mapping[str, str]) -> Misreadings:
    name, tag = element.get("id", ""), KINDS_OF_SETS[kind]
    options = questionable(case, element, tag, exported)
    if element.tag in ("clone", "master"):
        options = [option for option in options if option != "promotable"]  # a field of its own
    for option in options[:QUESTIONS]:
        said = ask_crm_resource(case.upgraded, name, option, FLAGS[kind])
        yield from differs_of(case, element, kind, option, said, exported.get(option))


def differs_of(
    case: Case, element: ET.Element, kind: str, option: str, said: str | None, exported: str | None
) -> Misreadings:
    """Yield a misreading of an option, unless `left_out` names the option, its set, or the whole resource."""
    name, tag = element.get("id", ""), KINDS_OF_SETS[kind]
    wholes = (f"{tag} of {element.tag} {name}", f"{element.tag} {name} (")
    if changed_by_upgrade(case, element, tag, option):
        return
    if not any(whole in phrase for phrase in case.left_out for whole in wholes):
        yield from differs(case, f"{kind} {option} of {name}", said, exported, *sources(case, element, tag, option))


def changed_by_upgrade(case: Case, element: ET.Element, tag: str, option: str) -> bool:
    """Whether Pacemaker renames or removes OPTION when it upgrades a CIB of an old schema; bundles, for example,
    replaced some options. cluster_info reports the CIB as written, as pcs does."""
    if not case.root.get("validate-with", "").startswith(("pacemaker-1.", "pacemaker-2.")):
        return False
    pairs = [pair for nvset in element.findall(tag) for name, pair in names_in(case, nvset) if name == option]
    there = [case.upgraded_by_id.get(resolved(case, pair).get("id", "")) for pair in pairs]
    return any(found is None or found.get("name", option) != option for found in there)


def agents_parameters(case: Case) -> Misreadings:
    """Compare with the options that `crm_simulate` would pass to the agents in the first probe of each resource."""
    exported = case.items("resources", "stonith")
    for action in case.graph.iter("rsc_op"):
        item, given = action.find("primitive"), action.find("attributes")
        name = item.get("id", "") if item is not None else ""
        if given is None or name not in exported or not action.get("operation_key", "").endswith("_monitor_0"):
            continue
        element, mine = case.by_id[name], exported[name].get("options", {})
        nvsets = element.findall("instance_attributes")
        names = {option for nvset in nvsets for option, _pair in names_in(case, nvset)}
        for option in sorted(names | set(mine)):
            if option in lost_in_clones(case, element, nvsets):
                continue
            yield from differs_of(case, element, "options", option, given.get(option), mine.get(option))


def ask_crm_resource(path: str, resource: str, option: str, flags: Sequence[str]) -> str | None:
    # as text: its XML has no value where there is an ampersand in it
    said = run_if_it_can(["crm_resource", "--resource", resource, *flags, "--get-parameter", option], path)
    # without a value, it prints no line, and does not always fail
    return said.removesuffix("\n") if said else None


def lost_in_clones(case: Case, element: ET.Element, nvsets: Sequence[ET.Element]) -> set[str]:
    """Return the options that a Pacemaker with lost references does not find for a resource in a clone, because they
    refer to an element outside of the clone. Its answer for the same reference elsewhere is right."""
    instance = next((around for around in copied_for_instances(case) if element in list(around.iter())), None)
    if instance is None or not loses_references():
        return set()
    inside = {found.get("id") for found in instance.iter()}
    return {
        option
        for nvset in nvsets
        for option, pair in names_in(case, nvset)
        if any(each.get("id-ref") and each.get("id-ref") not in inside for each in (nvset, pair))
    }


def copied_for_instances(case: Case) -> Iterator[ET.Element]:
    """Return the elements that Pacemaker copies for each instance of a clone or a bundle."""
    for tag in ("clone", "master", "bundle"):
        for clone in case.configuration.iter(tag):
            yield from (child for child in clone if child.tag in ("primitive", "group"))


@functools.cache
def loses_references() -> bool:
    """Whether this Pacemaker loses references in clones, as 2.1.8 to 3.0.1 do: pe__create_clone_child() copies each
    instance into a document of its own, and pcmk__xe_resolve_idref(), called by unpack_nvpair(), searches only that.
    Older and newer releases search the CIB."""
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as stream:
        stream.write(REFERENCE_IN_CLONE)
        stream.flush()
        return ask_crm_resource(stream.name, "inside", "fake", ()) != "said outside"


REFERENCE_IN_CLONE = """<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" admin_epoch="0" epoch="1"
 num_updates="0"><configuration><crm_config/><nodes/><resources>
<primitive id="outside" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="set">
 <nvpair id="pair" name="fake" value="said outside"/></instance_attributes></primitive>
<clone id="clone"><primitive id="inside" class="ocf" provider="pacemaker" type="Dummy">
 <instance_attributes id-ref="set"/></primitive></clone>
</resources><constraints/></configuration><status/></cib>"""


def resolved(case: Case, element: ET.Element) -> ET.Element:
    """Return the element that ELEMENT refers to, or ELEMENT itself."""
    return case.by_id.get(element.get("id-ref", ""), element)


def names_in(case: Case, nvset: ET.Element) -> list[tuple[str, ET.Element]]:
    """Return the names of the options of a set, each with the elements that hold it."""
    pairs = [(pair, resolved(case, pair)) for pair in resolved(case, nvset).findall("nvpair")]
    return [(pair.get("name") or target.get("name") or "", pair) for pair, target in pairs]


def sources(case: Case, element: ET.Element, tag: str, option: str) -> list[str]:
    """Return the ids of all elements that may set OPTION for ELEMENT."""
    return [
        name
        for nvset in element.findall(tag)
        for found, pair in names_in(case, nvset)
        if found == option
        for name in (nvset.get("id"), nvset.get("id-ref"), pair.get("id"), pair.get("id-ref"))
        if name
    ]


def questionable(case: Case, element: ET.Element, tag: str, exported: Mapping[str, str]) -> list[str]:
    """Return the options whose values are not obvious from the XML alone."""
    found = [
        (name, nvset.get("id-ref") or pair.get("id-ref") or nvset.find("rule"))
        for nvset in element.findall(tag)
        for name, pair in names_in(case, nvset)
    ]
    names = [name for name, _odd in found]
    asked = {name for name, odd in found if odd is not None or names.count(name) > 1} | (set(exported) - set(names))
    return sorted(asked - lost_in_clones(case, element, element.findall(tag)))


# --- resources as pcs shows them --------------------------------------------------------------------------------------

OPERATION_FIELDS = ("name", "interval", "timeout", "role")


def resources_of_pcs(case: Case) -> Misreadings:
    """Compare with `pcs resource config` and `pcs stonith config`: agents, operations, members of groups, clones and
    bundles."""
    said = pcs_json(case.path_for_pcs, "resource")
    fencing = pcs_json(case.path_for_pcs, "stonith") or {"primitives": []}
    exported = case.items("resources", "stonith")
    for item in [*said["primitives"], *fencing["primitives"]]:
        name = item["id"]
        if name not in exported:
            if not case.is_named(f"primitive {name}"):
                yield f"primitive {name}: not exported"
            continue
        yield from primitive_of_pcs(case, item, exported[name])
    exported = case.items("groups", "clones", "bundles")
    for item in said["groups"]:
        mine = exported.get(item["id"], {})
        yield from differs(
            case, f"members of {item['id']}", item["member_ids"], mine.get("members"), f"group {item['id']}"
        )
    for item in said["clones"]:
        mine = exported.get(item["id"], {})
        yield from differs(
            case, f"resource of {item['id']}", item["member_id"], mine.get("resource"), f"clone {item['id']}"
        )
    for item in said["bundles"]:
        yield from bundle_of_pcs(case, item, exported.get(item["id"]))


def primitive_of_pcs(case: Case, item: Mapping[str, Any], mine: Mapping[str, Any]) -> Misreadings:
    name, agent = item["id"], item["agent_name"]
    words = ":".join(part for part in (agent["standard"], agent["provider"], agent["type"]) if part)
    yield from differs(case, f"agent of {name}", words, mine["agent"])
    if not case.is_named("description"):
        yield from differs(case, f"description of {name}", item["description"] or None, mine.get("description") or None)
    told = [operation_of_pcs(case, operation) for operation in item["operations"]]
    left = [
        {**{field: operation.get(field) for field in OPERATION_FIELDS}, **operation.get("options", {})}
        for operation in mine.get("operations", ())
    ]
    left = [{key: value for key, value in operation.items() if value is not None} for operation in left]
    for identifier, operation in told:
        twin = next(
            (
                one
                for one in left
                if all(current(one.get(key)) == current(operation.get(key)) for key in ("name", "interval", "role"))
            ),
            None,
        )
        if twin is None:
            if not case.is_named(identifier):
                yield f"operation {operation} of {name}: not exported"
            continue
        left.remove(twin)
        refers = any(part.get("id-ref") for part in case.by_id[identifier].iter())  # pcs doesn't follow references
        for key in sorted({*operation} if refers else {*twin, *operation}):
            # the options of this operation that left_out names
            nvsets = [each.get("id") or "" for part in case.by_id[identifier] for each in part.iter()]
            named = any(holds_word(phrase, identifier) and holds_word(phrase, key) for phrase in case.left_out)
            said, mine_says = operation.get(key), twin.get(key)
            if current(said) != current(mine_says) and not named and not case.is_named(*nvsets):
                yield f"{key} of the operation {identifier} of {name}: pcs says {said!r}, cluster_info {mine_says!r}"
    if case.by_id[name].find("operations[@id-ref]") is None:  # pcs doesn't follow it, Pacemaker does
        yield from (f"operation {operation} of {name}: pcs doesn't know it" for operation in left)


def operation_of_pcs(case: Case, item: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the id of an operation, and its values."""
    fields = {key.replace("_", "-"): item[key] for key in item if not key.endswith("_attributes") and key != "id"}
    plain = {
        key: value if isinstance(value, str) else str(value).lower()
        for key, value in fields.items()
        if value is not None
    }
    for nvset in item["instance_attributes"]:
        for pair in nvset["nvpairs"]:
            element = case.by_id.get(pair["id"])
            if element is None or element.get("value") is None:
                continue  # pcs follows no reference, and shows options without a value, which Pacemaker ignores
            plain.setdefault(pair["name"], pair["value"])
    return item["id"], plain


def bundle_of_pcs(case: Case, item: Mapping[str, Any], mine: Mapping[str, Any] | None) -> Misreadings:
    name = item["id"]
    if mine is None:
        if not case.is_named(f"bundle {name}"):
            yield f"bundle {name}: not exported"
        return
    yield from differs(case, f"type of {name}", item["container_type"].lower(), mine["type"])
    if not case.is_named(f"primitive {item['member_id']} of bundle {name}"):  # pcs could not put it into this one
        yield from differs(case, f"resource of {name}", item["member_id"], mine.get("resource"))
    for key, kind in (("container_options", "container"), ("network", "network")):
        yield from differs(case, f"{kind} of {name}", spelled(item[key]), mine.get(kind, {}), name)
    for key, kind in (("port_mappings", "ports"), ("storage_mappings", "storage")):
        said = {each["id"]: spelled({k: v for k, v in each.items() if k != "id"}) for each in item[key]}
        yield from differs(
            case, f"{kind} of {name}", said, {each["id"]: each["options"] for each in mine.get(kind, ())}, name
        )


def spelled(values: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the fields of pcs under their names in the XML."""
    return {
        key.replace("_", "-"): str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in (values or {}).items()
        if value is not None
    }


# --- rules -----------------------------------------------------------------------------------------------------------


def rules(case: Case) -> Misreadings:
    """Compare the text of each rule with that from pcs's own library."""
    loaded_pcs.load()
    from lxml import etree
    from pcs.lib.cib.rule.cib_to_str import RuleToStr  # type: ignore[import-not-found]

    texts = RuleToStr()
    tree = etree.parse(case.path)
    exported = case.items("locations", "resource_defaults_sets", "operation_defaults_sets")
    for name, item in exported.items():
        found = tree.xpath("//configuration//*[@id=$name]/rule", name=name)
        referred = found[0].get("id-ref") if found else None
        if referred:  # pcs doesn't follow references
            found = tree.xpath("//configuration//rule[@id=$name]", name=referred)
        said = texts.get_str(found[0]) if found else None
        if said is not None and item.get("rule") is not None:
            yield from differs(case, f"rule of {name}", plain_rule(said), plain_rule(item["rule"]))
        elif (said is None) != (item.get("rule") is None) and not case.is_named(name):
            yield f"rule of {name}: pcs says {said!r}, cluster_info {item.get('rule')!r}"


def plain_rule(text: str) -> list[str]:
    """Return the words of a rule without their quotes, with dates in ISO 8601. Quotes inside of quotes stay."""
    joined = re.sub(r"(\d{4}-\d\d-\d\d) (?=\d\d:)", r"\1T", text)
    unquoted = re.sub(r"[\"'](\S+?)[\"'](?=\s|\)|$)", r"\1", joined)
    words = re.findall(r'"[^"]*"|\'[^\']*\'|[()]|[^\s()]+', unquoted)
    return [word for _is_part, run in itertools.groupby(words, is_part_of_date) for word in in_one_order(run)]


def is_part_of_date(word: str) -> bool:
    return re.match(r"(year|month|week|day|hour|minute|second)\w*=", word) is not None


def in_one_order(words: Iterator[str]) -> list[str]:
    """Return WORDS, sorted if they are the parts of a date."""
    found = list(words)
    return sorted(found) if is_part_of_date(found[0]) else found


# --- constraints, levels, tags, properties: the JSON of this pcs -----------------------------------------------------

KINDS_OF_CONSTRAINTS = {
    "location": "locations",
    "location_set": "locations",
    "colocation": "colocations",
    "colocation_set": "colocations",
    "order": "orders",
    "order_set": "orders",
    "ticket": "tickets",
    "ticket_set": "tickets",
}
NAMES = {  # in pcs's JSON: here
    "resource_id": "resource",
    "with_resource_id": "with",
    "resource_role": "resource_role",
    "with_resource_role": "with_role",
    "first_resource_id": "first",
    "then_resource_id": "then",
    "first_action": "first_action",
    "then_action": "then_action",
    "role": "role",
    "loss_policy": "loss_policy",
    "ticket": "ticket",
    "score": "score",
    "node": "node",
    "kind": "kind",
    "symmetrical": "symmetrical",
    "influence": "influence",
    "require_all": "require-all",
    "resource_discovery": "resource-discovery",
    "node_attribute": "node-attribute",
}


def constraints_of_pcs(case: Case) -> Misreadings:
    """Compare with `pcs constraint config`."""
    said = pcs_json(case.path_for_pcs, "constraint")
    if said is None:
        return
    for kind, mine in KINDS_OF_CONSTRAINTS.items():
        exported = case.items(mine)
        for item in said[kind]:
            name = item["attributes"]["constraint_id"]
            if name not in exported:
                if not case.is_named(name):
                    yield f"{kind} {name}: not exported"
                continue
            yield from constraint_of_pcs(case, name, item, exported[name])


def constraint_of_pcs(case: Case, name: str, item: Mapping[str, Any], mine: Mapping[str, Any]) -> Misreadings:
    attributes = item["attributes"]
    found = {NAMES[key]: value for key, value in {**item, **attributes}.items() if key in NAMES and value is not None}
    if item.get("resource_pattern"):
        found["resource"] = f"regexp%{item['resource_pattern']}"
    if "first_resource_id" in item or "first" in found or "kind" in attributes:
        score = found.pop("score", "INFINITY")
        found.setdefault("kind", "Optional" if str(score) == "0" else "Mandatory")
    rule = next(iter(attributes.get("rules") or ()), {})
    found |= {key: rule["options"][key] for key in ("score", "role") if key in rule.get("options", ())}
    exported = {**mine, **mine.get("options", {})}
    for key, value in found.items():
        if key in SPELLED_OUT and key in exported:
            value, exported[key] = (str(each).lower() for each in (value, exported[key]))
        yield from differs_in(case, name, key, value, exported.get(key))
    if attributes.get("lifetime"):
        yield f"lifetime of {name}: exported as a constraint without an end"
    sets = [set_of_pcs(each) for each in item.get("resource_sets", ())]
    yield from differs_in(case, name, "sets", sets, [set_of_mine(each) for each in mine.get("sets", ())])


SPELLED_OUT = (
    "symmetrical",
    "require-all",
    "influence",
    "role",
    "resource_role",
    "with_role",
    "first_action",
    "then_action",
)


def differs_in(case: Case, name: str, key: str, said: Any, exported: Any) -> Misreadings:
    """Yield a misreading as `differs` does, unless `left_out` names the object, or KEY of it."""
    phrases = [phrase for phrase in case.left_out if holds_word(phrase, name)]
    if current(said) != current(exported) and not any(f"{key} of" in phrase or "(" in phrase for phrase in phrases):
        yield f"{key} of {name}: pcs says {said!r}, cluster_info {exported!r}"


def set_of_pcs(item: Mapping[str, Any]) -> dict[str, Any]:
    values = {key: value for key, value in item.items() if value is not None and key not in ("set_id", "resources_ids")}
    return {"resources": item["resources_ids"], **{key: str(value).lower() for key, value in values.items()}}


def set_of_mine(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if key == "resources" else str(value).lower() for key, value in item.items()}


def levels_of_pcs(case: Case) -> Misreadings:
    """Compare with `pcs stonith level config`."""
    said = pcs_json(case.path_for_pcs, "stonith", "level")
    if said is None:
        return
    told = [
        *({"node": item["target"], **level(item)} for item in said["target_node"]),
        *({"pattern": item["target_pattern"], **level(item)} for item in said["target_regex"]),
        *(
            {"attribute": item["target_attribute"], "value": item["target_value"], **level(item)}
            for item in said["target_attribute"]
        ),
    ]
    mine = case.exported["stonith_levels"]
    names = {item["id"] for kind in said.values() for item in kind}
    for item in told:
        if item not in mine and not case.is_named(*names):
            yield f"fencing level {item}: not exported"
    yield from (f"fencing level {item}: pcs doesn't know it" for item in mine if item not in told)


def level(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"level": item["index"], "devices": item["devices"]}


def tags_of_pcs(case: Case) -> Misreadings:
    """Compare with `pcs tag config`."""
    said = pcs_json(case.path_for_pcs, "tag")
    exported = case.items("tags")
    for item in [] if said is None else said["tags"]:
        name, members = item["id"] if "id" in item else item["tag_id"], item["idref_list"]
        yield from differs(case, f"members of {name}", members, exported.get(name, {}).get("members"), name)


# --- properties, defaults, nodes -------------------------------------------------------------------------------------

SUMMARY = ("stonith-enabled", "symmetric-cluster", "no-quorum-policy", "maintenance-mode", "stop-all-resources")
TRUE, FALSE = ("true", "yes", "on", "1", "y"), ("false", "no", "off", "0", "n")


def truth(value: str | None) -> Any:
    """Normalize a boolean; return any other value unchanged."""
    lower = str(value).lower()
    return True if lower in TRUE else False if lower in FALSE else value


def properties(case: Case) -> Misreadings:
    """Compare with the values in force that `crm_mon` shows, and with `crm_attribute` for properties that are set
    once."""
    exported = case.exported["properties"]
    nvsets = case.configuration.findall("crm_config/cluster_property_set")
    pairs = [(name, nvset, pair) for nvset in nvsets for name, pair in names_in(case, nvset)]
    names = {name for name, _nvset, _pair in pairs} | set(exported)
    text = run(["crm_mon", "-1", "--output-as=xml"], case.upgraded) if names & set(SUMMARY) else ""
    options = ET.fromstring(text or "<x/>").find(".//cluster_options")
    for option in sorted(names):
        ids = [each.get("id") or each.get("id-ref", "") for name, *found in pairs if name == option for each in found]
        if options is not None and option in SUMMARY and (option in exported or pairs):
            said = truth(options.get(option))
            if option in exported or not case.is_named(*ids):
                mine = in_force(case, option, exported)
                yield from differs(case, f"property {option}", POLICIES.get(said, said), mine, *ids)
        elif len(ids) == 2 and option not in PROPERTIES_OF_PACEMAKER:
            said = run(["crm_attribute", "--type", "crm_config", "--name", option, "--query", "--quiet"], case.path)
            yield from differs(case, f"property {option}", said.rstrip("\n"), exported.get(option), *ids)


PROPERTIES_OF_PACEMAKER = ("cluster-infrastructure", "cluster-name", "dc-version", "have-watchdog", "last-lrm-refresh")


POLICIES = {"suicide": "fence"}  # formerly: now


def in_force(case: Case, option: str, exported: Mapping[str, str]) -> Any:
    """Return the value of a property as crm_mon shows it. Where fencing is impossible, or there is no quorum yet, no
    loss of quorum can cause fencing: unpack_config() then uses the policy `stop`."""
    value = truth(exported.get(option))
    if option != "no-quorum-policy" or value not in (*POLICIES, *POLICIES.values()):
        return value
    is_fenced = truth(exported.get("stonith-enabled", "true")) is True
    return "fence" if is_fenced and case.is_quorate else "stop"


def resource_defaults(case: Case) -> Misreadings:
    """Compare with `crm_resource --meta --get-parameter` of a resource without meta attributes of its own."""
    bare = next((name for name, item in case.by_id.items() if item.tag == "primitive" and is_bare(case, item)), None)
    if bare is None:
        return
    nvsets = case.configuration.findall("rsc_defaults/meta_attributes")
    pairs = [(name, nvset, pair) for nvset in nvsets for name, pair in names_in(case, nvset)]
    plain = case.exported["resource_defaults"]
    conditional = {name for one in case.exported["resource_defaults_sets"] for name in one.get("values", ())}
    for option in sorted({name for name, _nvset, _pair in pairs} | set(plain)):
        if option in conditional:
            continue  # test_rebuild.py compares which of them is in force
        ids = [each.get("id") or each.get("id-ref", "") for name, *found in pairs if name == option for each in found]
        said = ask_crm_resource(case.upgraded, bare, option, ("--meta",))
        yield from differs(case, f"resource default {option}", said, plain.get(option), *ids)


def is_bare(case: Case, item: ET.Element) -> bool:
    """Whether a resource is in no group, clone or bundle and has no meta attributes."""
    return (
        item in case.configuration.findall("resources/primitive")
        and item.get("template") is None
        and item.find("meta_attributes") is None
    )


def nodes(case: Case) -> Misreadings:
    """Compare with `crm_simulate`: the states that the scheduler gives nodes, attributes and utilization."""
    exported = {item["name"]: item for item in case.exported["nodes"]}
    for element in case.configuration.findall("nodes/node"):
        name = element.get("uname", "")
        mine = exported.get(name, {})
        state = case.simulated.find(f"./cluster_status/nodes/node[@name='{name}']")
        for key in ("standby", "maintenance"):
            if state is not None and state.get("online") == "true" and not is_passing(case, name, state, key):
                said = state.get(key) == "true"
                yield from differs(
                    case,
                    f"{key} of the node {name}",
                    said,
                    bool(mine.get(key, False)),
                    *sources(case, element, "instance_attributes", key),
                )
        for pair in case.simulated.findall(f".//node_attributes/node[@name='{name}']/attribute"):
            option = pair.get("name", "")
            mine_value = mine.get("attributes", {}).get(option)
            ids = sources(case, element, "instance_attributes", option)
            if ids and option not in ("standby", "maintenance"):
                yield from differs(case, f"attribute {option} of the node {name}", pair.get("value"), mine_value, *ids)
        capacity = next(iter(case.simulated.findall(f".//utilizations/capacity[@node='{name}']")), None)
        for option in {name for nvset in element.findall("utilization") for name, _pair in names_in(case, nvset)}:
            ids = sources(case, element, "utilization", option)
            if capacity is not None:
                yield from differs(
                    case,
                    f"utilization {option} of the node {name}",
                    capacity.findtext(option),
                    mine.get("utilization", {}).get(option),
                    *ids,
                )


def is_passing(case: Case, name: str, state: ET.Element, key: str) -> bool:
    """Whether the node NAME may have the STATE that is called KEY for another reason than its attributes: its attribute
    in the status, or, for standby, a failed resource or joining the cluster; determine_online_status_fencing() and
    others set the same flag."""
    joins = state.get("pending") == "true" or state.get("standby_onfail") == "true"
    return (key == "standby" and joins) or any(
        pair.get("name") == key
        for transient in case.root.findall(f"status/node_state[@uname='{name}']/transient_attributes")
        for pair in transient.iter("nvpair")
    )


CHECKS = (
    resource_values,
    agents_parameters,
    resources_of_pcs,
    rules,
    constraints_of_pcs,
    levels_of_pcs,
    tags_of_pcs,
    properties,
    resource_defaults,
    nodes,
)


def validity(directory: str, forms: Sequence[str]) -> dict[str, Any]:
    """Find the invalid CIB files in DIRECTORY, and count the files that have each of the FORMS."""
    paths = sorted(pathlib.Path(directory).glob("*.xml"))
    reasons = {path.name: loaded_pcs.why_invalid(path.read_text(encoding="utf-8")) for path in paths}
    roots = [ET.parse(path).getroot() for path in paths]
    return {
        "files": len(paths),
        "invalid": {name: reason for name, reason in reasons.items() if reason is not None},
        "schemas": sorted({root.get("validate-with", "") for root in roots}),
        "forms": {form: sum(root.find(f".//{form}") is not None for root in roots) for form in forms},
    }
