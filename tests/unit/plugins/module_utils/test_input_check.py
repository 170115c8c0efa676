# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of the input reports every mistake once, in the terms of the inventory, and none in a sound inventory."""

from __future__ import annotations

import copy
import pathlib
from typing import Any

import documented_tasks
import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.shape import Reader
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.spec import CIB
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.check import form_problems, problems
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.inventory import NAMES, Around
from cib_strategies import KINDS_OF_OBJECTS, Declaration, declarations
from hypothesis import given
from hypothesis import strategies as st

CHECKOUT = pathlib.Path(__file__).resolve().parents[4]
HOSTS = ("web1", "web2", "web3")
ROLES = frozenset(("os_prep", "iptables", "authkey", "cluster", "fence_virt", "resources", "verify"))
AROUND = Around(
    host="web1",
    hosts=(*HOSTS, "kvm1"),
    groups={"all": (*HOSTS, "kvm1"), "cluster": HOSTS, "hypervisors": ("kvm1",)},
    roles=ROLES,
    is_site=True,
)
UUID = "4dea22b3-1d52-4b8c-9e0f-6b1f1f6a4a1{}"
SOUND: dict[str, Any] = {
    "ha_cluster_name": "web",
    "ha_networks": {
        "public": {"interface": "eth0", "subnet": "192.0.2.0/24"},
        "cluster": {"interface": "eth1", "subnet": "198.51.100.64/27", "subnet6": "2001:db8::/64"},
        "management": {"interface": "eth2", "subnet": "203.0.113.0/24"},
    },
    "ha_nodes": {
        name: {
            "public": f"192.0.2.{number}",
            "cluster": f"198.51.100.{70 + number}",
            "management": f"203.0.113.{number}",
        }
        for number, name in enumerate(HOSTS, 1)
    },
    "ha_links": ["cluster"],
    "ha_hacluster_password": "correct-horse-battery-staple",
    "ha_hypervisors": ["kvm1"],
    "ha_fence_virt_domains": {name: UUID.format(number) for number, name in enumerate(HOSTS)},
    "ha_cluster_ip": "192.0.2.10",
    "ha_properties": {"no-quorum-policy": "stop", "stonith-timeout": "2min"},
    "ha_resources": [
        {
            "id": "web-ip",
            "agent": "ocf:heartbeat:IPaddr2",
            "options": {"ip": "192.0.2.10", "cidr_netmask": 24, "nic": "eth0"},
            "operations": [{"name": "monitor", "interval": "10s"}, {"name": "stop", "timeout": "60"}],
        },
        {"id": "web-server", "agent": "systemd:lighttpd"},
        {"id": "database", "agent": "ocf:pacemaker:Stateful"},
        {"id": "far", "agent": "ocf:pacemaker:remote"},
        {"id": "machine", "agent": "ocf:heartbeat:VirtualDomain", "meta": {"remote-node": "guest1"}},
        {"id": "old", "state": "absent"},
    ],
    "ha_stonith": [{"id": "power", "agent": "fence_ipmilan", "options": {"pcmk_host_list": ["web1", "WEB2"]}}],
    "ha_groups": [{"id": "web", "members": ["web-ip", "web-server"]}],
    "ha_clones": [{"resource": "database", "promotable": True, "meta": {"notify": True}}],
    "ha_locations": [
        {"resource": "web", "node": "web1", "score": 50},
        {"resource": "web", "rule": "#uname eq web2 and (pingd lt 1 or not_defined pingd)", "score": "-INFINITY"},
        {"resource": "web", "node": "far", "score": "-INFINITY"},
        {"resource": "web", "node": "guest1", "score": "-INFINITY"},
    ],
    "ha_colocations": [{"resource": "web", "with": "database-clone", "with_role": "Promoted"}],
    "ha_orders": [{"sets": [{"resources": ["database-clone", "web"], "action": "start"}]}],
    "ha_stonith_levels": [
        {"level": 1, "node": "web1", "devices": ["power"]},
        {"level": 1, "pattern": "web[23]", "devices": ["power", "fencing"]},
    ],
    "ha_node_settings": [{"name": "web1", "attributes": {"site": "a"}}],
    "ha_tickets": [{"ticket": "a", "resource": "web"}],
    "ha_tags": [{"id": "all", "members": ["web", "database-clone"]}],
    "ha_acl_roles": [{"id": "reader", "permissions": [{"kind": "read", "reference": "web"}]}],
    "ha_acl_users": [{"id": "kim", "roles": ["reader"]}],
    "ha_alerts": [{"id": "mail", "path": "/usr/bin/mail", "recipients": [{"value": "root"}]}],
    "ha_service_urls": ["http://192.0.2.10/"],
}
DUMMY = "ocf:pacemaker:Dummy"


def found(changes: dict[str, Any] | None = None, around: Around = AROUND, **more: Any) -> list[str]:
    """Return the problems of the sound inventory after CHANGES: values by variable, or by a path into one."""
    variables = copy.deepcopy(SOUND)
    for path, value in (changes or {}).items():
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        place: Any = variables
        for step in steps:
            place = place[step]
        if last == "+":
            place.append(value)
        elif value is None:
            del place[last]
        else:
            place[last] = value
    return [str(each) for each in problems(variables, around, **more)]


def resource(**options: Any) -> dict[str, Any]:
    return {"ha_resources/+": {"id": "new", "agent": DUMMY, **options}}


def address(**options: Any) -> dict[str, Any]:
    return resource(agent="IPaddr2", options=options)


NEW = "ha_resources[6] 'new'"


# --- sound inventories -----------------------------------------------------------------------------------------------


def test_sound_inventory_has_no_problem() -> None:
    assert found() == []


@pytest.mark.parametrize(
    "variables",
    [
        {"ha_cluster_name": "web", "ha_nodes": ["web1", "web2", "web3"], "ha_hacluster_password": "long enough"},
        {"ha_nodes": {"web1": "192.0.2.1", "web2": "192.0.2.2", "web3": None}},
        {"ha_nodes": {"web1": {"cluster": "web1-ring"}, "web2": {"cluster": "192.0.2.2"}, "web3": {"cluster": "w3"}}},
    ],
)
def test_cluster_without_networks_has_no_problem(variables: dict[str, Any]) -> None:
    around = AROUND._replace(roles=frozenset(("cluster", "resources")))
    assert problems({"ha_links": ["cluster"], **variables}, around) == []


def test_recipes_have_no_problem() -> None:
    """The recipes build on each other, so they are tested together."""
    declared: dict[str, Any] = {}
    for task in documented_tasks.tasks(CHECKOUT / "docs" / "recipes.md"):
        kind = {"pcs_location": "locations", "pcs_colocation": "colocations", "pcs_alert": "alerts"}.get(task.module)
        args = {kind: [task.args]} if kind else task.args if task.module in ("pcs_cib", "pcs_defaults") else {}
        for name, values in args.items():
            if not isinstance(values, list):
                declared.setdefault(name, {}).update(values)
                continue
            alone = problems({"ha_nodes": ["node1"], NAMES[name]: values}, Around(roles=frozenset(("resources",))))
            assert not [each for each in alone if "no option" in each.text or "unknown" in each.text], task.name
            there = declared.setdefault(name, [])
            ids = {item.get("id") for item in values} - {None}
            there[:] = [item for item in there if item.get("id") not in ids]
            there += [item for item in values if item.get("state") != "absent"]
    for kind in ("locations", "nodes"):  # the last recipe removes it
        declared[kind] = [item for item in declared[kind] if "remote1" not in item.values()]
    variables = {NAMES[kind]: values for kind, values in declared.items()}
    assert problems({"ha_nodes": ["node1", "node2"], **variables}, Around(roles=frozenset(("resources",)))) == []


# --- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"ha_resources": {"id": "a"}},
            "ha_resources: it is a mapping, but takes a list. Begin each entry with a dash.",
        ),
        ({"ha_resources": "web-ip"}, "ha_resources: it is 'web-ip', but takes a list."),
        ({"ha_resources/+": "web"}, "ha_resources[6]: it is 'web', but each entry is a mapping with id."),
        ({"ha_properties": ["a"]}, "ha_properties: it is a list, but takes a mapping."),
        (resource(optons={}), f"{NEW}: unknown key 'optons'; did you mean 'options'?"),
        (resource(option={}), f"{NEW}: unknown key 'option'; did you mean 'options'?"),
        (
            resource(options=[{"name": "ip", "value": 1}, {"name": "nic", "value": 2}]),
            f"{NEW} options: it is a list, but takes a mapping. Write {{ip: ..., nic: ...}}, not a list of names.",
        ),
        (
            resource(options=[{"ip": 1}, {"nic": 2}]),
            f"{NEW} options: it is a list, but takes a mapping. Leave out the dashes.",
        ),
        (
            resource(operations=[{"name": "start", "timout": "5s"}]),
            f"{NEW} operations[0] 'start': unknown key 'timout'; did you mean 'timeout'?",
        ),
        (resource(operations=[{"interval": "5s"}]), f"{NEW} operations[0]: it lacks 'name'; add it."),
        (resource(state="gone"), f"{NEW} state: 'gone' is unknown; it takes present, absent."),
        (
            resource(no_default_operations="maybe"),
            f"{NEW} no_default_operations: 'maybe' is not a boolean; write true or",
        ),
        ({"ha_clones/0/promotable": "often"}, "ha_clones[0] 'database' promotable: 'often' is not a boolean"),
        ({"ha_stonith_levels/0/level": "first"}, "ha_stonith_levels[0] 'first' level: 'first' is not a whole number."),
        (
            {"ha_orders/+": {"first": "web", "then": "far", "kind": "mandatory"}},
            "ha_orders[1] 'web' kind: 'mandatory' is unknown; did you mean 'Mandatory'?",
        ),
        (
            {"ha_groups/0/members": {"web-ip": 1}},
            "ha_groups[0] 'web' members: it is a mapping, but takes a list. Begin each entry with a dash.",
        ),
        ({"ha_groups/0/members/+": ["web"]}, "ha_groups[0] 'web' members[2]: it is a list, but takes one value."),
        (
            {"ha_acl_roles/0/permissions/0/kind": "reed"},
            "ha_acl_roles[0] 'reader' permissions[0] 'reed' kind: 'reed' is unknown; did you mean 'read'?",
        ),
        ({"ha_purge": {"resource": [".*"]}}, "ha_purge: unknown key 'resource'; did you mean 'resources'?"),
        ({"ha_purge": {"resources": ["("]}}, "ha_purge.resources[0]: '(' is not a regular expression: missing )"),
        ({"ha_node_settings/0/standby": "x"}, "ha_node_settings[0] 'web1' standby: 'x' is not a boolean"),
        (
            {"ha_resources/1/id": True},
            "ha_resources[1] id: true is a boolean, which YAML reads from on and yes, too.",
        ),
    ],
)
def test_malformed_declaration_is_reported(changes: dict[str, Any], expected: str) -> None:
    said = found(changes)
    assert said[0].startswith(expected), said
    assert len(said) == 1, said


@pytest.mark.parametrize(
    ("spec", "value", "expected"),
    [
        ({"type": "list", "elements": "str"}, "cluster", "ha_x: it is 'cluster', but takes a list. Write [cluster]."),
        ({"type": "list", "elements": "str"}, None, "ha_x: it is empty; give it a value, or remove the line."),
        ({"type": "list", "elements": "str"}, ["a", {"b": 1}], "ha_x[1]: it is a mapping, but takes one value."),
        ({"type": "dict"}, "web1=uuid", "ha_x: it is 'web1=uuid', but takes a mapping."),
        ({"type": "int"}, "eighty", "ha_x: 'eighty' is not a whole number."),
        ({"type": "float"}, "much", "ha_x: 'much' is not a number."),
        ({"type": "bool"}, "maybe", "ha_x: 'maybe' is not a boolean; write true or false."),
        ({"type": "str"}, ["a"], "ha_x: it is a list, but takes one value."),
        ({"type": "str", "choices": ["knet", "udp"]}, "knt", "ha_x: 'knt' is unknown; did you mean 'knet'?"),
        (
            {"type": "list", "elements": "dict", "options": {"path": {"type": "path", "required": True}}},
            [{"pth": "/a"}],
            "ha_x[0]: unknown key 'pth'; did you mean 'path'?\nha_x[0]: it lacks 'path'; add it.",
        ),
    ],
)
def test_form_of_a_role_variable_is_checked(spec: dict[str, Any], value: Any, expected: str) -> None:
    assert "\n".join(map(str, form_problems({"ha_x": spec}, {"ha_x": value}))) == expected


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({"type": "list", "elements": "str"}, [80, "a"]),
        ({"type": "int"}, "80"),
        ({"type": "bool"}, "false"),
        ({"type": "str", "choices": ["on", "off"]}, True),
        ({"type": "str"}, None),
        ({"type": "raw"}, ["a"]),
    ],
)
def test_forms_that_roles_accept_have_no_problem(spec: dict[str, Any], value: Any) -> None:
    assert form_problems({"ha_x": spec}, {"ha_x": value}) == []


# --- objects ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            resource(id="1st"),
            "ha_resources[6] '1st': '1st' is not an id; start with a letter or _, then use letters,",
        ),
        (resource(id="a b"), "ha_resources[6] 'a b': 'a b' is not an id"),
        (
            resource(id="web-ip"),
            "ha_resources[6] 'web-ip': ha_resources[0] 'web-ip' has the id 'web-ip', too; each id must",
        ),
        (resource(id="web"), "ha_groups[0] 'web': ha_resources[6] 'web' has the id 'web', too"),
        (resource(id="database-clone"), "ha_clones[0] 'database': ha_resources[6] 'database-clone' has the id"),
        (
            {"ha_alerts/0/recipients": [{"id": "web", "value": "root"}]},
            "ha_alerts[0] 'mail' recipients[0] 'web': ha_groups[0] 'web' has the id 'web', too",
        ),
        (
            {"ha_node_settings/+": {"name": "web1", "standby": True}},
            "ha_node_settings[1] 'web1': ha_node_settings[0] 'web1' is about the same; declare it once.",
        ),
        (
            {"ha_stonith_levels/+": {"level": 1, "node": "web1", "devices": ["fencing"]}},
            "ha_stonith_levels[2] '1': ha_stonith_levels[0] '1' is about the same",
        ),
        (
            {"ha_locations/+": {"resource": "web", "node": "web1", "score": 7}},
            "ha_locations[4] 'web': ha_locations[0] 'web' is about the same",
        ),
        (
            {"ha_resources/1/agent": None},
            "ha_resources[1] 'web-server': it lacks 'agent'; add it, or name 'web-server' in"
            " ha_declared_elsewhere.resources if something else makes it.",
        ),
        ({"ha_groups/0/members": None}, "ha_groups[0] 'web': it lacks 'members'; add it, or name 'web' in"),
        (
            {"ha_groups/0/members": []},
            "ha_groups[0] 'web' members: it is empty; name members, or remove the object with",
        ),
        (
            {"ha_groups/0/members/+": "web-ip"},
            "ha_groups[0] 'web' members: it names 'web-ip' twice; once is enough.",
        ),
        (
            {"ha_groups/+": {"id": "two", "members": ["web-ip"]}},
            "ha_groups[1] 'two' members[0]: ha_groups[0] 'web' has 'web-ip' already; a resource can be in only one",
        ),
        (
            {"ha_clones/+": {"resource": "web-ip"}},
            "ha_clones[1] 'web-ip' resource: ha_groups[0] 'web' has 'web-ip' already",
        ),
        ({"ha_locations/0/node": None}, "ha_locations[0] 'web': it lacks a node or a rule; add one."),
        (
            {"ha_locations/0/rule": "a eq 1"},
            "ha_locations[0] 'web': it names a node and has a rule; it can have only one",
        ),
        ({"ha_colocations/0/with": None}, "ha_colocations[0] 'web': it lacks 'with'; add it."),
        (
            {"ha_orders/0/first": "web"},
            "ha_orders[0] 'web': it has 'first' and sets, which stand for the same; keep one",
        ),
        ({"ha_orders/0/sets/0/resources": []}, "ha_orders[0] sets: a set has no resources; name some, or remove it."),
        (
            {"ha_stonith_levels/0/pattern": "web.*"},
            "ha_stonith_levels[0] '1': it has 'node' and 'pattern'; it is for one",
        ),
        (
            {"ha_stonith_levels/0/node": None},
            "ha_stonith_levels[0] '1': it has no target; it is for one of node, pattern",
        ),
        ({"ha_stonith_levels/0/level": 12}, "ha_stonith_levels[0] '12' level: 12 is not one of the levels 1 to 9."),
        ({"ha_stonith_levels/0/devices": None}, "ha_stonith_levels[0] '1': it lacks 'devices'"),
        (
            {"ha_acl_roles/0/permissions/0/xpath": "//nodes"},
            "ha_acl_roles[0] 'reader' permissions[0]: it is for an xpath or a reference; give one of them.",
        ),
        ({"ha_alerts/0/path": None}, "ha_alerts[0] 'mail': it lacks 'path'; add it"),
        (
            {"ha_bundles": [{"id": "b", "type": "podman", "container": {"replicas": 1}}]},
            "ha_bundles[0] 'b' container: it",
        ),
        (
            {"ha_resource_defaults_sets": [{"id": "s"}]},
            "ha_resource_defaults_sets[0] 's': it lacks 'values'; add some.",
        ),
        (
            {"ha_custom_properties": {"no-quorum-policy": 1}},
            "ha_custom_properties.no-quorum-policy: ha_properties has it",
        ),
    ],
)
def test_mistake_in_an_object_is_reported(changes: dict[str, Any], expected: str) -> None:
    said = found(changes)
    assert said[0].startswith(expected), said
    assert len(said) == 1, said


def test_object_made_elsewhere_needs_no_options() -> None:
    assert found({"ha_resources/1/agent": None, "ha_declared_elsewhere": {"resources": ["web-.*"]}}) == []


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            resource(operations=[{"name": "monitor", "timeout": "-5s"}]),
            f"{NEW} operations[0] 'monitor' timeout: '-5s' is not a duration; write it like 30s, 5min or 1h.",
        ),
        (
            resource(operations=[{"name": "stop", "timeout": "5 parsecs"}]),
            f"{NEW} operations[0] 'stop' timeout: '5 parsecs'",
        ),
        (
            resource(operations=[{"name": "stop", "timeout": "1500ms"}]),
            f"{NEW} operations[0] 'stop' timeout: '1500ms' is not a whole number of seconds, which pcs needs",
        ),
        (
            resource(operations=[{"name": "moniter"}]),
            f"{NEW} operations[0] 'moniter': there is no operation 'moniter'; did",
        ),
        (
            resource(operations=[{"name": "monitor"}, {"name": "monitor", "interval": "1min", "role": "Promoted"}]),
            f"{NEW} operations[1] 'monitor': operations[0] 'monitor' has the same name and interval; give it another",
        ),
        (
            resource(operations=[{"name": "stop", "role": "Mastr"}]),
            f"{NEW} operations[0] 'stop' role: 'Mastr' is unknown; did",
        ),
        (
            resource(operations=[{"name": "stop", "options": {"on-fail": "fense"}}]),
            f"{NEW} operations[0] 'stop' options.on-fail: 'fense' is unknown; did you mean 'fence'?",
        ),
        (
            resource(meta={"resource-stickyness": 1}),
            f"{NEW} meta: there is no option 'resource-stickyness'; did you mean",
        ),
        (
            resource(meta={"resource-stickiness": "high"}),
            f"{NEW} meta.resource-stickiness: 'high' is not a score; write a",
        ),
        (resource(meta={"failure-timeout": "soon"}), f"{NEW} meta.failure-timeout: 'soon' is not a duration"),
        (resource(meta={"is-managed": "perhaps"}), f"{NEW} meta.is-managed: 'perhaps' is not a boolean"),
        (
            resource(meta={"target-role": "Stoped"}),
            f"{NEW} meta.target-role: 'Stoped' is unknown; did you mean 'Stopped'?",
        ),
        (
            resource(meta={"target-role": False}),
            f"{NEW} meta.target-role: false is a boolean, which YAML reads from off",
        ),
        (resource(utilization={"cpu": "many"}), f"{NEW} utilization.cpu: 'many' is not a whole number."),
        (resource(options={"x": ["a"]}), f"{NEW} options.x: it is a list, but it takes one value: write it as text"),
        (
            resource(agent="ocf:hearbeat:IPaddr2"),
            f"{NEW} agent: there is no provider 'hearbeat'; did you mean 'ocf:heartb",
        ),
        (
            resource(agent="ocf:heartbeat:filesystem"),
            f"{NEW} agent: there is no agent 'filesystem'; did you mean 'Filesyst",
        ),
        (
            resource(agent="ofc:heartbeat:Dummy"),
            f"{NEW} agent: 'ofc:heartbeat:Dummy' is of no class that Pacemaker has",
        ),
        (
            resource(agent="ocf:Dummy"),
            f"{NEW} agent: 'ocf:Dummy' is not an agent; write it like ocf:heartbeat:IPaddr2.",
        ),
        (resource(agent="fence_xvm"), f"{NEW} agent: 'fence_xvm' is a fence agent; declare the device in ha_stonith."),
        (
            {"ha_stonith/0/agent": "fence_impilan"},
            "ha_stonith[0] 'power' agent: there is no agent 'fence_impilan'; did you mean 'fence_ipmilan'?",
        ),
        (
            {"ha_stonith/0/agent": DUMMY},
            f"ha_stonith[0] 'power' agent: '{DUMMY}' is not a fence agent; declare the resource",
        ),
        (
            {"ha_stonith/0/options/pcmk_host_lst": "web1"},
            "ha_stonith[0] 'power' options.pcmk_host_lst: Pacemaker has no",
        ),
        (
            {"ha_stonith/0/options/pcmk_delay_base": "slow"},
            "ha_stonith[0] 'power' options.pcmk_delay_base: 'slow' is no",
        ),
        (
            {"ha_stonith/0/options/pcmk_delay_base": "web1:5s;web2:x"},
            "ha_stonith[0] 'power' options.pcmk_delay_base: 'x'",
        ),
        (
            {"ha_stonith/0/options/method": True},
            "ha_stonith[0] 'power' options.method: it is true for YAML, which also",
        ),
        (
            {"ha_properties/no-quorum-polcy": "stop"},
            "ha_properties.no-quorum-polcy: Pacemaker has no such property; did you",
        ),
        (
            {"ha_properties/colour": "red"},
            "ha_properties.colour: Pacemaker has no such property. One that an agent reads",
        ),
        (
            {"ha_properties/no-quorum-policy": "stopp"},
            "ha_properties.no-quorum-policy: 'stopp' is unknown; did you mean",
        ),
        ({"ha_properties/stonith-enabled": "maybe"}, "ha_properties.stonith-enabled: 'maybe' is not a boolean"),
        ({"ha_properties/stonith-timeout": "60 x"}, "ha_properties.stonith-timeout: '60 x' is not a duration"),
        (
            {"ha_properties/dc-version": "2"},
            "ha_properties.dc-version: Pacemaker and pcs write this property themselves",
        ),
        (
            {"ha_resource_defaults": {"migration-treshold": 1}},
            "ha_resource_defaults: there is no option 'migration-treshold'",
        ),
        ({"ha_operation_defaults": {"timeout": "long"}}, "ha_operation_defaults.timeout: 'long' is not a duration"),
        ({"ha_locations/0/score": "often"}, "ha_locations[0] 'web' score: 'often' is not a score"),
        (
            {"ha_locations/0/options": {"resource-discovery": "sometimes"}},
            "ha_locations[0] 'web' options.resource-discovery: 'sometimes' is unknown; it takes always, never",
        ),
        ({"ha_locations/1/rule": "pingd lessthan 1"}, "ha_locations[1] 'web' rule: there is no operator 'lessthan' in"),
        (
            {"ha_locations/1/rule": "pingd"},
            "ha_locations[1] 'web' rule: 'pingd' is not a condition; write it like pingd gt 0",
        ),
        (
            {"ha_locations/1/rule": "(pingd gt 1"},
            "ha_locations[1] 'web' rule: '(pingd gt 1' has parentheses that don't match.",
        ),
        (
            {"ha_colocations/0/with_role": "Leader"},
            "ha_colocations[0] 'web' with_role: 'Leader' is unknown; it takes Started",
        ),
        (
            {"ha_fence_virt_operations": [{"name": "monitor", "timeout": "x"}]},
            "ha_fence_virt_operations[0] 'monitor' timeout: 'x' is not a duration",
        ),
        (
            {"ha_service_urls/0": "www.example.com"},
            "ha_service_urls[0]: 'www.example.com' is not a URL; write it like http://",
        ),
        (
            {"ha_cluster_name": "my cluster"},
            "ha_cluster_name: 'my cluster' is not a valid cluster name; use letters, digits",
        ),
        (
            {"ha_hacluster_password": "short"},
            "ha_hacluster_password: it has fewer than 8 characters; choose a longer one.",
        ),
        (
            {"ha_hacluster_password": ""},
            "ha_hacluster_password: it is not set. Give one of at least 8 characters, in a vault:",
        ),
        ({"ha_hacluster_password": "one line\ntwo"}, "ha_hacluster_password: it has a line break; take that out."),
        ({"ha_totem": {"tokn": 1}}, "ha_totem: there is no option 'tokn'; did you mean 'token'?"),
        ({"ha_totem": {"token": "10s"}}, "ha_totem.token: '10s' is not a whole number."),
        (
            {"ha_quorum_device": {"algorithm": "lms"}},
            "ha_quorum_device: it lacks 'host', the address of the arbitrator",
        ),
        ({"ha_quorum_device": {"host": "web2"}}, "ha_quorum_device.host: 'web2' is a node of the cluster"),
        (
            {"ha_quorum_device": {"host": "arb"}, "ha_quorum": {"auto_tie_breaker": 1}},
            "ha_quorum.auto_tie_breaker: corosync does not combine it with a quorum device",
        ),
    ],
)
def test_wrong_value_is_reported(changes: dict[str, Any], expected: str) -> None:
    said = found(changes)
    assert said[0].startswith(expected), said
    assert len(said) == 1, said


@pytest.mark.parametrize(
    "changes",
    [
        resource(
            operations=[{"name": "monitor", "interval": "PT1M", "timeout": 20}, {"name": "monitor", "interval": 0}]
        ),
        resource(meta={"failure-timeout": "P1M", "target-role": "started", "my-own": "x", "priority": None}),
        resource(agent="ocf:acme:Thing", options={"flag": True, "empty": "", "gone": None}),
        resource(agent="systemd:some@thing.service"),
        {"ha_properties/stonith-watchdog-timeout": -1},
        {"ha_properties/stonith-action": False},
        {"ha_stonith/0/options/pcmk_reboot_action": False},
        {"ha_locations/1/rule": "role=Promoted (cpu gt 1 or date gt 2030-01-01) and site eq 'and so on'"},
        {"ha_locations/1/rule": "date-spec hours=9-16 weekdays=1-5 or pingd gt integer 3"},
        {"ha_resource_defaults_sets": [{"id": "s", "rule": "resource ocf::", "values": {"priority": 1}}]},
        {"ha_locations/0": {"resource": "resource%web", "node": "web1"}},
        {"ha_locations/0": {"resource": "regexp%web.*", "node": "web1"}},
    ],
)
def test_values_that_pacemaker_reads_have_no_problem(changes: dict[str, Any]) -> None:
    assert found(changes) == []


def test_secret_is_not_repeated() -> None:
    said = found(resource(options={"password": ["tops3cret"]}))
    assert len(said) == 1
    assert "tops3cret" not in said[0]


# --- unknown names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"ha_groups/0/members/+": "web-srver"},
            "ha_groups[0] 'web' members[2]: there is no resource 'web-srver'; did you",
        ),
        (
            {"ha_groups/0/members/+": "mail"},
            "ha_groups[0] 'web' members[2]: 'mail' is one of ha_alerts, and can't be named here.",
        ),
        (
            {"ha_groups/0/members/+": "elsewhere"},
            "ha_groups[0] 'web' members[2]: there is no resource 'elsewhere'. Declare it (ha_resources), or name it in"
            " ha_declared_elsewhere.resources if something else makes it.",
        ),
        (
            {"ha_groups/0/members/+": "old"},
            "ha_groups[0] 'web' members[2]: 'old' is declared absent (ha_resources); remove it",
        ),
        (
            {"ha_colocations/0/with": "databse"},
            "ha_colocations[0] 'web' with: there is no resource 'databse'; did you mean",
        ),
        (
            {"ha_orders/0/sets/0/resources/1": "wbe"},
            "ha_orders[0] sets[0] resources[1]: there is no resource 'wbe'",
        ),
        (
            {"ha_tickets/0/resource": "weeb"},
            "ha_tickets[0] 'weeb' resource: there is no resource 'weeb'; did you mean 'web'?",
        ),
        (
            {"ha_tags/0/members/1": "databse-clone"},
            "ha_tags[0] 'all' members[1]: there is no resource 'databse-clone'; did",
        ),
        (
            {"ha_stonith_levels/0/devices/0": "pover"},
            "ha_stonith_levels[0] '1' devices[0]: there is no fencing device 'pover'",
        ),
        (
            {"ha_acl_users/0/roles/0": "raeder"},
            "ha_acl_users[0] 'kim' roles[0]: there is no role 'raeder'; did you mean",
        ),
        (
            {"ha_acl_roles/0/permissions/0/reference": "web-sever"},
            "ha_acl_roles[0] 'reader' permissions[0] reference: there is no 'web-sever'; did you mean 'web-server'?",
        ),
        (
            {"ha_locations/0/node": "weeb1"},
            "ha_locations[0] 'web' node: there is no node 'weeb1'; did you mean 'web1'?",
        ),
        (
            {"ha_locations/0/node": "other"},
            "ha_locations[0] 'web' node: there is no node 'other'; the nodes are far, guest1, web1, web2, web3.",
        ),
        (
            {"ha_locations/1/rule": "#uname eq web11"},
            "ha_locations[1] 'web' rule: there is no node 'web11'; did you mean",
        ),
        (
            {"ha_node_settings/0/name": "wbe1"},
            "ha_node_settings[0] 'wbe1' name: there is no node 'wbe1'; did you mean 'web1'?",
        ),
        ({"ha_stonith_levels/0/node": "web9"}, "ha_stonith_levels[0] '1' node: there is no node 'web9'; did you mean"),
        ({"ha_stonith_levels/1/pattern": "db.*"}, "ha_stonith_levels[1] '1' pattern: 'db.*' fits none of the nodes"),
        (
            {"ha_stonith/0/options/pcmk_host_list": "web1 db1"},
            "ha_stonith[0] 'power' options.pcmk_host_list: there is no node 'db1'; the nodes are",
        ),
        (
            {"ha_stonith/0/options/pcmk_host_map": {"wbe2": 1}},
            "ha_stonith[0] 'power' options.pcmk_host_map: there is no node 'wbe2'; did you mean 'web2'?",
        ),
        (
            {"ha_stonith/0/options/pcmk_host_list": None},
            "ha_stonith[0] 'power' options: fence_ipmilan switches one machine and can't say which, so Pacemaker would"
            " use it for every node. Add pcmk_host_list with the node's name.",
        ),
        (
            resource(id="WEB1", agent="ocf:pacemaker:remote"),
            "ha_resources[6] 'WEB1': ha_nodes has 'WEB1', so no remote or",
        ),
        (
            resource(meta={"remote-node": "web2"}),
            f"{NEW}: ha_nodes has 'web2', so no remote or guest node can be named so",
        ),
        (
            {"ha_locations/0/node": "kvm1"},
            "ha_locations[0] 'web' node: 'kvm1' is a host of the inventory, but no node of ha_nodes; add it there.",
        ),
        (
            {"ha_fence_virt_domains/web9": UUID.format(9)},
            "ha_fence_virt_domains.web9: there is no node 'web9'; did you mean",
        ),
        ({"ha_fence_virt_domains/web1": None}, "ha_fence_virt_domains: it has no domain for web1; add the UUID"),
        (
            {"ha_fence_virt_domains/web1": "web1"},
            "ha_fence_virt_domains.web1: 'web1' is not a UUID; use the UUID that `virsh domuuid`",
        ),
        ({"ha_fence_virt_domains/web2": UUID.format(0)}, "ha_fence_virt_domains.web2: node web1 has the same domain"),
        (
            {"ha_fence_virt_delays": {"wbe1": "5s"}},
            "ha_fence_virt_delays.wbe1: there is no node 'wbe1'; did you mean 'web1'?",
        ),
        (
            {"ha_hypervisors": ["kwm1"]},
            "ha_hypervisors[0]: there is no host 'kwm1' in the inventory; did you mean 'kvm1'?",
        ),
        (
            {"ha_hypervisors": ["web1"]},
            "ha_hypervisors[0]: 'web1' is a node of ha_nodes; a node can't hold its own power",
        ),
    ],
)
def test_unknown_name_is_reported(changes: dict[str, Any], expected: str) -> None:
    said = found(changes)
    assert said[0].startswith(expected), said
    assert len(said) == 1, said


@pytest.mark.parametrize(
    "changes",
    [
        {"ha_groups/0/members/+": "board-1", "ha_declared_elsewhere": {"resources": ["board-.*"]}},
        {"ha_locations/0/node": "board-1", "ha_declared_elsewhere": {"resources": ["board-.*"]}},
        {"ha_locations/0/node": "other", "ha_allow_undeclared_nodes": True},
        {"ha_locations/0/node": "kvm1", "ha_allow_undeclared_nodes": True},
        {"ha_stonith/0/options/pcmk_host_list": "web1 kvm1"},
        {"ha_locations/+": {"resource": "all", "node": "web1"}},
        {"ha_fence_virt_domains/far": UUID.format(9)},
        {"ha_locations/+": {"resource": "nothing", "node": "nowhere", "state": "absent"}},
    ],
)
def test_name_declared_elsewhere_is_accepted(changes: dict[str, Any]) -> None:
    assert found(changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"ha_resources": {"web-ip": {}}},
        {"ha_resources/0": "web-ip"},
        {"ha_resources/0/id": None},
    ],
)
def test_references_to_unreadable_names_are_not_reported(changes: dict[str, Any]) -> None:
    """A mistake is reported once: references to an unreadable object are not reported."""
    assert len(found(changes)) == 1


def test_hypervisor_without_resources_accepts_names_of_remote_nodes() -> None:
    variables = {name: SOUND[name] for name in ("ha_nodes", "ha_hypervisors", "ha_networks", "ha_fence_virt_domains")}
    variables["ha_fence_virt_domains"] = {**SOUND["ha_fence_virt_domains"], "far": UUID.format(9)}
    around = AROUND._replace(roles=frozenset(("authkey", "fence_virt")))
    assert problems(variables, around._replace(host="kvm1")) == []
    assert [each.place for each in problems(variables, around)] == ["ha_fence_virt_domains.far"]


def test_references_to_unreadable_variables_are_not_reported() -> None:
    assert found({"ha_resources": None}, unreadable=["ha_resources"]) == []
    assert found({"ha_nodes": None}, unreadable=["ha_nodes"]) == []


# --- nodes, networks, addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ha_nodes": 3}, "ha_nodes: it is 3; write a list of names"),
        ({"ha_nodes": {}}, "ha_nodes: it is empty; name each node of the cluster."),
        (
            {"ha_nodes/web2/public": "192.0.2.1"},
            "ha_nodes.web2.public: ha_nodes.web1.public is 192.0.2.1, too; give each its",
        ),
        (
            {"ha_nodes/web2/public": "192.0.2.300"},
            "ha_nodes.web2.public: '192.0.2.300' is not an IP address; correct it.",
        ),
        ({"ha_nodes/web2/public": ["192.0.2.2"]}, "ha_nodes.web2.public: it takes one address."),
        (
            {"ha_nodes/web2/cluster": "198.51.100.10"},
            "ha_nodes.web2.cluster: the address 198.51.100.10 of the node is outside of network cluster"
            " (198.51.100.64/27 or 2001:db8::/64); correct it.",
        ),
        (
            {"ha_nodes/web2/cluster": "198.51.100.95"},
            "ha_nodes.web2.cluster: 198.51.100.95 is the network or broadcast",
        ),
        (
            {"ha_nodes/web2/cluster": None},
            "ha_nodes.web2: it lacks its address on network cluster; add cluster: ADDRESS.",
        ),
        (
            {"ha_nodes/web2/clutser": "192.0.2.9"},
            "ha_nodes.web2.clutser: there is no network 'clutser' in ha_networks; did",
        ),
        (
            {"ha_networks/public/interface": None},
            "ha_networks.public: it lacks its interface; give it, such as interface:",
        ),
        (
            {"ha_networks/public/subnet": "192.0.2.1/24"},
            "ha_networks.public.subnet: '192.0.2.1/24' is not a subnet; did you mean",
        ),
        ({"ha_networks/public/subnet": None}, "ha_networks.public: it lacks its subnet; write it like 192.0.2.0/24."),
        ({"ha_networks/public/subnt": "x"}, "ha_networks.public: unknown key 'subnt'; did you mean 'subnet'?"),
        ({"ha_networks/public": "eth0"}, "ha_networks.public: it is 'eth0', but takes a mapping."),
        (
            {"ha_links": ["clutser"]},
            "ha_links[0]: there is no network 'clutser' in ha_networks; did you mean 'cluster'?",
        ),
        ({"ha_links": ["cluster", "cluster"]}, "ha_links[1]: 'cluster' is listed twice; list each network once."),
        ({"ha_links": []}, "ha_links: it has 0 networks; list one to 8."),
        (
            {"ha_links": ["cluster", "public"], "ha_transport": "udpu"},
            "ha_links: it has 2 networks, and transport udpu one link; use knet, or one network.",
        ),
        ({"ha_link_options": {"clutser": {}}}, "ha_link_options.clutser: 'clutser' is none of ha_links; did you mean"),
        (
            {"ha_pcsd_network": "managment"},
            "ha_pcsd_network: there is no network 'managment' in ha_networks; did you mean",
        ),
        ({"ha_public_network": "pubic"}, "ha_public_network: there is no network 'pubic' in ha_networks; did you mean"),
        ({"ha_cluster_ip": "somewhere"}, "ha_cluster_ip: 'somewhere' is not an IP address; correct it."),
        (
            {"ha_cluster_ip": "203.0.113.10"},
            "ha_cluster_ip: the address 203.0.113.10 of the service is outside of network public (192.0.2.0/24)",
        ),
        (
            {"ha_cluster_ip": "192.0.2.0"},
            "ha_cluster_ip: 192.0.2.0 is the network or broadcast address of 192.0.2.0/24",
        ),
        (
            {"ha_cluster_ip": "192.0.2.2"},
            "ha_cluster_ip: 192.0.2.2 is the address of a node (ha_nodes.web2.public); give the",
        ),
        (address(), f"{NEW} options: it lacks 'ip', the address; add it."),
        (
            address(ip="192.0.2.300"),
            f"{NEW} options.ip: '192.0.2.300' is not an address that a machine can have; correct it.",
        ),
        (address(ip="224.0.0.1"), f"{NEW} options.ip: '224.0.0.1' is not an address that a machine can have"),
        (
            address(ip="192.0.2.3"),
            f"{NEW} options.ip: 192.0.2.3 is the address of a node (ha_nodes.web3.public); give the",
        ),
        (
            address(ip="192.0.2.10"),
            f"{NEW} options.ip: ha_resources[0] 'web-ip' options.ip is 192.0.2.10, too; give each its",
        ),
        (
            address(ip="10.0.0.1"),
            f"{NEW} options.ip: 10.0.0.1 is in none of the networks public (192.0.2.0/24), cluster (",
        ),
        (address(ip="192.0.2.255"), f"{NEW} options.ip: 192.0.2.255 is the network or broadcast address"),
        (
            address(ip="192.0.2.20", nic="eth1"),
            f"{NEW} options.nic: it is eth1, but 192.0.2.20 is in network public, whose",
        ),
        (address(ip="10.0.0.1", nic="eth0", cidr_netmask=24), f"{NEW} options.ip: 10.0.0.1 is in none of the networks"),
        (
            address(ip="192.0.2.20", cidr_netmask=27),
            f"{NEW} options.cidr_netmask: it is 27, but network public is 192.0.2.0/24",
        ),
        (
            address(ip="192.0.2.20", cidr_netmask=33),
            f"{NEW} options.cidr_netmask: '33' is not a netmask; write its bits, 1 to 32.",
        ),
    ],
)
def test_mistake_in_the_topology_is_reported(changes: dict[str, Any], expected: str) -> None:
    said = found(changes)
    assert said[0].startswith(expected), said
    assert len(said) == 1, said


@pytest.mark.parametrize(
    "options",
    [
        {"ip": "192.0.2.20", "cidr_netmask": "255.255.255.0", "nic": "eth0:1"},
        {"ip": "10.0.0.1", "cidr_netmask": 32},
        {"ip": "10.0.0.1", "nic": "lo", "cidr_netmask": 24},
        {"ip": "10.0.0.1", "nic": "eth7", "cidr_netmask": 24},
        {"ip": "2001:db8::10", "cidr_netmask": 64},
        {"ip": "10.0.0.1", "lvs_support": True},
    ],
)
def test_working_address_has_no_problem(options: dict[str, Any]) -> None:
    assert found(address(**options)) == []


def test_wrong_service_address_is_reported_once() -> None:
    """The resource takes it from ha_cluster_ip."""
    said = found({"ha_cluster_ip": "192.0.2.1", "ha_resources/0/options/ip": "192.0.2.1"})
    assert len(said) == 1, said


@pytest.mark.parametrize(
    "names", [("node_3", "'node_3' is not a host name"), ("10.0.0.1", "is an address; give the node a")]
)
def test_invalid_node_name_is_reported(names: tuple[str, str]) -> None:
    name, expected = names
    around = AROUND._replace(hosts=(*HOSTS, name, "kvm1"), groups={**AROUND.groups, "cluster": (*HOSTS, name)})
    said = found({"ha_nodes": [*HOSTS, name]}, around._replace(roles=frozenset(("os_prep",))))
    assert len(said) == 1, said
    assert expected in said[0]


def test_difference_between_nodes_and_hosts_is_reported() -> None:
    extra = {
        **SOUND["ha_nodes"]["web1"],
        "public": "192.0.2.7",
        "cluster": "198.51.100.80",
        "management": "203.0.113.9",
    }
    domain = {"ha_fence_virt_domains/wbe3": UUID.format(7)}
    assert found({"ha_nodes/wbe3": extra, **domain}) == [
        "ha_nodes.wbe3: there is no host 'wbe3' in the inventory; a node has the same name in both, so correct one of"
        " them."
    ]
    for_kvm = {"ha_nodes/kvm1": extra, "ha_fence_virt_domains/kvm1": UUID.format(7), "ha_hypervisors": []}
    assert found(for_kvm) == ["ha_nodes.kvm1: the host is not in the group 'cluster' of the inventory; add it there."]
    groups = {**AROUND.groups, "cluster": (*HOSTS, "web4")}
    assert found(around=AROUND._replace(host="web4", hosts=(*HOSTS, "web4", "kvm1"), groups=groups)) == [
        "ha_nodes: it lacks web4, which is in the group 'cluster' of the inventory; add it, or remove it there."
    ]


def test_firewall_without_networks_is_reported() -> None:
    said = found({"ha_networks": {}, "ha_nodes": list(HOSTS)})
    assert len(said) == 1, said
    assert said[0].startswith("ha_networks: it is empty, and role iptables opens ports by network. Declare cluster")


# --- all at once -----------------------------------------------------------------------------------------------------


def test_all_mistakes_are_reported_at_once() -> None:
    changes = {
        **resource(optons={}),
        "ha_groups/0/members/0": "web-iq",
        "ha_links": ["clutser"],
        "ha_properties/stonith-timeout": "x",
        "ha_nodes/web2/public": "192.0.2.1",
    }
    said = found(changes)
    assert [each.split(":")[0] for each in said] == [
        "ha_nodes.web2.public",
        "ha_links[0]",
        NEW,
        "ha_properties.stonith-timeout",
        "ha_groups[0] 'web' members[0]",
    ]


def test_only_the_named_variables_are_checked() -> None:
    changes = {"ha_links": ["clutser"], "ha_properties/stonith-timeout": "x"}
    assert [each.split(":")[0] for each in found(changes, only=["ha_links"])] == ["ha_links[0]"]


# --- any declaration -------------------------------------------------------------------------------------------------


def without_hosts(declared: Declaration) -> dict[str, Any]:
    """Return DECLARED as variables, without the random words for nodes."""
    for item in declared["stonith"]:
        item["options"].pop("pcmk_host_list", None)
    return {NAMES[kind]: value for kind, value in declared.items()}


@given(declarations())
def test_declaration_that_pcs_accepts_has_no_problem(declared: Declaration) -> None:
    assert problems(without_hosts(declared), Around()) == []


@given(declarations(), st.data())
def test_mutated_key_is_reported_with_its_path(declared: Declaration, data: st.DataObject) -> None:
    variables = without_hosts(declared)
    kinds = [kind for kind in KINDS_OF_OBJECTS if variables[NAMES[kind]]]
    if not kinds:
        return
    kind = data.draw(st.sampled_from(kinds))
    index = data.draw(st.integers(0, len(variables[NAMES[kind]]) - 1))
    item = variables[NAMES[kind]][index]
    key = data.draw(st.sampled_from(sorted(item.keys() - {"id"})))
    item[f"{key}x"] = item.pop(key)
    said = [str(each) for each in problems(variables, Around())]
    place = f"{NAMES[kind]}[{index}] '{item['id']}'"
    assert f"{place}: unknown key '{key}x'; did you mean '{key}'?" in said, said


VALUES = {
    "str": st.sampled_from(("web", "INFINITY", "10s", "1")),
    "bool": st.sampled_from((True, False, "yes", "no", "true", 1)),
    "int": st.sampled_from((1, "2")),
    "dict": st.dictionaries(st.sampled_from(("a", "b")), st.sampled_from((1, "x", None, True)), max_size=2),
}


def arguments(spec: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Generate values of any kind that the options in SPEC allow."""

    def one(wanted: dict[str, Any]) -> st.SearchStrategy[Any]:
        if "choices" in wanted:
            return st.sampled_from(wanted["choices"])
        if wanted["type"] == "list":
            inner = arguments(wanted["options"]) if "options" in wanted else VALUES[wanted["elements"]]
            return st.lists(inner, max_size=2)
        return arguments(wanted["options"]) if "options" in wanted else VALUES[wanted["type"]]

    required = {name: one(wanted) for name, wanted in spec.items() if wanted.get("required")}
    others = {name: wanted for name, wanted in spec.items() if not wanted.get("required")}
    optional = {
        name: one(wanted) if {"choices", "default"} & wanted.keys() else st.none() | one(wanted)
        for name, wanted in others.items()
    }
    return st.fixed_dictionaries(required, optional=optional)


@given(arguments(CIB))
def test_form_that_pcs_cib_accepts_has_no_problem(args: dict[str, Any]) -> None:
    """An option with choices or a default can't be null."""
    assert ArgumentSpecValidator(CIB).validate(args).error_messages == []
    reader = Reader()
    reader.options(CIB, args, "")
    assert reader.problems == []
