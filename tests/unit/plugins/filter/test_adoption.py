# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written of a cluster that somebody built by hand, what is not, and what stands in the way."""

from __future__ import annotations

import copy
import pathlib
import typing as t

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.filter.internal_adopted_cluster import adopted_cluster
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.export import export
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.kinds import BY_NAME
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.leftover import leftovers
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.model import Cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._input.adoption import adopt
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._variable_names import known_names

ROLES = pathlib.Path(__file__).parents[4] / "roles"

CONF = """
totem {
    version: 2
    cluster_name: web
    transport: knet
    crypto_cipher: aes256
    crypto_hash: sha256
    cluster_uuid: 6c1b
    token: 5000
    interface {
        linknumber: 0
        knet_link_priority: 10
    }
}
nodelist {
    node {
        ring0_addr: db1.example.com
        ring1_addr: 192.0.2.1
        name: node1
        nodeid: 1
    }
    node {
        ring0_addr: db2.example.com
        ring1_addr: 192.0.2.2
        name: node2
        nodeid: 2
    }
}
quorum {
    provider: corosync_votequorum
    two_node: 1
    wait_for_all: 1
}
logging {
    to_logfile: yes
    logfile: /var/log/corosync/corosync.log
    to_syslog: yes
    timestamp: on
    debug: on
}
"""
KEY = {"owner": "root", "group": "root", "mode": "0400", "sha256": "0123"}


def host(name: str, address: str) -> dict[str, t.Any]:
    return {
        "name": name,
        "corosync": {"content": CONF, "pacemaker_running": True, "stale": []},
        "enabled": {"corosync": True, "pacemaker": True, "pcsd": True},
        "pcsd_hosts": [
            {"name": "node1", "address": "db1.example.com", "port": 2224},
            {"name": "node2", "address": "db2.example.com", "port": 2224},
        ],
        "key_files": {"/etc/corosync/authkey": dict(KEY), "/etc/pacemaker/authkey": dict(KEY)},
        "interfaces": [{"interface": "eth0", "address": address, "subnet": "192.0.2.0/24"}],
        "unauthenticated": [],
        "unreachable": [],
        "connection": {"ansible_host": address, "ansible_user": "root"},
    }


@pytest.fixture
def hosts() -> dict[str, dict[str, t.Any]]:
    return {"one": host("node1", "192.0.2.1"), "two": host("node2", "192.0.2.2")}


@pytest.fixture
def cib() -> dict[str, t.Any]:
    return {
        **export(Cib()),
        "cluster": {"running": True, "quorate": True, "stonith_enabled": True},
        "nodes_status": [{"name": "node1", "online": True}, {"name": "node2", "online": True}],
        "resources_status": [
            {"id": "fencing", "agent": "stonith:fence_xvm", "active": True, "failed": False, "blocked": False}
        ],
        "left_out": [],
    }


def variables(hosts: dict[str, t.Any], cib: dict[str, t.Any]) -> dict[str, t.Any]:
    plan = adopted_cluster(hosts, cib)
    assert plan["problems"] == []
    text = next(file["content"] for file in plan["files"] if file["path"].endswith("cluster.yml"))
    loaded: dict[str, t.Any] = yaml.load(text, Loader)
    assert set(loaded) <= known_names(ROLES)
    return loaded


class Loader(yaml.SafeLoader):
    """Knows the texts that Ansible is to leave alone."""


Loader.add_constructor("!unsafe", lambda loader, node: ("unsafe", loader.construct_scalar(node)))


def test_every_kind_has_a_variable() -> None:
    assert {kind.variable for kind in BY_NAME.values()} <= known_names(ROLES)


def test_every_kind_is_adopted(hosts: dict[str, t.Any], cib: dict[str, t.Any]) -> None:
    assert {kind.variable for kind in BY_NAME.values() if cib[kind.name]} <= variables(hosts, cib).keys()


def test_corosync(hosts: dict[str, t.Any], cib: dict[str, t.Any]) -> None:
    said = variables(hosts, cib)
    assert said["ha_roles"] == ["authkey", "cluster", "resources", "verify"]
    assert said["ha_nodes"]["node2"] == {"cluster": "db2.example.com", "link1": "192.0.2.2"}
    assert said["ha_links"] == ["cluster", "link1"]
    assert said["ha_networks"] == {"link1": {"interface": "eth0", "subnet": "192.0.2.0/24"}}
    assert said["ha_link_options"] == {"cluster": {"link_priority": "10"}}
    assert said["ha_totem"] == {"token": "5000"}
    assert said["ha_quorum"] == {"wait_for_all": "1"}
    assert said["ha_transport_crypto"] == {"cipher": "aes256", "hash": "sha256"}
    assert said["ha_start_on_boot"] is True
    assert [key["mode"] for key in said["ha_shared_keys"]] == ["0400", "0400"]
    assert "ha_pcsd_network" not in said
    assert adopt(hosts, cib).left_out == ["logging.debug in corosync.conf (on)"]
    assert adopt(hosts, cib).notes == []


@pytest.mark.parametrize(
    ("log_file", "left_out"),
    [
        ("/var/log/cluster/corosync.log", []),
        ("/srv/corosync.log", ["logging.logfile in corosync.conf (/srv/corosync.log)"]),
    ],
)
def test_the_log_file_of_the_red_hat_family_is_as_usual_as_that_of_debian(
    hosts: dict[str, t.Any], cib: dict[str, t.Any], log_file: str, left_out: list[str]
) -> None:
    for item in hosts.values() if isinstance(hosts, dict) else hosts:
        item["corosync"]["content"] = CONF.replace("/var/log/corosync/corosync.log", log_file).replace("debug: on", "")
    assert adopt(hosts, cib).left_out == left_out


def test_missing_links_keep_their_numbers(hosts: dict[str, t.Any], cib: dict[str, t.Any]) -> None:
    for found in hosts.values():
        found["corosync"]["content"] = CONF.replace("ring1_addr", "ring3_addr")
    said = variables(hosts, cib)
    assert said["ha_link_options"]["link3"] == {"linknumber": "3"}
    assert "cluster" in said["ha_roles"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("cluster_name: web", "cluster_name: my web", "no name"),
        ("name: node2\n", "", "no names"),
        ("ring1_addr: 192.0.2.2\n", "", "address on each link"),
    ],
)
def test_strange_configuration_keeps_the_role_away(
    hosts: dict[str, t.Any], cib: dict[str, t.Any], before: str, after: str, words: str
) -> None:
    for found in hosts.values():
        found["corosync"]["content"] = CONF.replace(before, after)
    if words == "no names":
        hosts["two"]["name"] = "db2.example.com"
        cib["nodes_status"][1]["name"] = "db2.example.com"
    assert "cluster" not in variables(hosts, cib)["ha_roles"]
    assert any(words in note for note in adopt(hosts, cib).notes)


def test_pcsd_that_listens_on_a_link_gets_no_network_of_its_own(hosts: dict[str, t.Any], cib: dict[str, t.Any]) -> None:
    for found in hosts.values():
        for entry, address in zip(found["pcsd_hosts"], ("192.0.2.1", "192.0.2.2")):
            entry["address"] = address
    said = variables(hosts, cib)
    assert said["ha_pcsd_network"] == "link1"
    assert set(said["ha_nodes"]["node1"]) == {"cluster", "link1"}


@pytest.mark.parametrize(
    ("options", "declared"),
    [
        ({"ip": "198.51.100.9"}, True),
        ({"ip": "192.0.2.9"}, False),  # in the network of the nodes' addresses
        ({"ip": "198.51.100.9", "cidr_netmask": "32"}, False),  # in no network on purpose
        ({"ip": "203.0.113.9"}, False),  # in none that the nodes have
    ],
)
def test_the_network_of_a_service_address_is_declared(
    hosts: dict[str, t.Any], cib: dict[str, t.Any], options: dict[str, str], declared: bool
) -> None:
    for number, found in enumerate(hosts.values(), start=1):
        place = {"interface": "eth1", "address": f"198.51.100.{number}", "subnet": "198.51.100.0/24"}
        found["interfaces"].append(place)
    hosts["one"]["interfaces"].insert(0, {**place, "address": "198.51.100.9"})  # where the service runs
    cib["resources"] = [{"id": "ip", "agent": "ocf:heartbeat:IPaddr2", "options": options}]
    said = variables(hosts, cib)
    assert ("service1" in said["ha_networks"]) == declared
    if declared:
        assert said["ha_networks"]["service1"] == {"interface": "eth1", "subnet": "198.51.100.0/24"}
        assert [said["ha_nodes"][node]["service1"] for node in ("node1", "node2")] == ["198.51.100.1", "198.51.100.2"]


def test_nodes_differ_in_what_they_start_and_where_pcsd_is(hosts: dict[str, t.Any], cib: dict[str, t.Any]) -> None:
    hosts["two"]["enabled"] = {"corosync": False, "pacemaker": False, "pcsd": True}
    hosts["one"]["pcsd_hosts"][1] = {"name": "node2", "address": "198.51.100.2", "port": 2224}
    said = variables(hosts, cib)
    assert said["ha_pcsd_network"] == "pcsd"
    assert said["ha_nodes"]["node2"]["pcsd"] == "198.51.100.2"
    assert said["ha_nodes"]["node1"]["pcsd"] == "db1.example.com"
    adoption = adopt(hosts, cib)
    assert adoption.hosts["cluster"]["hosts"]["node2"] == {"ansible_host": "192.0.2.2", "ha_start_on_boot": False}
    assert adoption.hosts["cluster"]["vars"] == {"ansible_user": "root"}


def test_half_started_services_and_other_keys_are_not_taken_over(
    hosts: dict[str, t.Any], cib: dict[str, t.Any]
) -> None:
    hosts["two"]["enabled"] = {"corosync": True, "pacemaker": False, "pcsd": False}
    hosts["two"]["unreachable"] = ["node1"]
    hosts["two"]["key_files"]["/etc/pacemaker/authkey"]["sha256"] = "4567"
    hosts["two"]["unauthenticated"] = ["node1"]
    said, notes = variables(hosts, cib), " ".join(adopt(hosts, cib).notes)
    assert said["ha_roles"] == ["authkey", "resources", "verify"]
    assert [key["path"] for key in said["ha_shared_keys"]] == ["/etc/corosync/authkey"]
    for words in (
        "only one of corosync and pacemaker",
        "pcsd on node2",
        "pcsd on node1",
        "/etc/pacemaker/authkey",
        "not authenticated to node1",
    ):
        assert words in notes


def test_secrets_and_operators_state_are_kept_out(hosts: dict[str, t.Any], cib: dict[str, t.Any]) -> None:
    cib["stonith"] = [
        {
            "id": "board",
            "agent": "stonith:fence_ipmilan",
            "options": {"password": "{{ x }}", "ip": "192.0.2.9"},
            "meta": {"target-role": "Stopped"},
        }
    ]
    cib["resources"] = [
        {
            "id": "web",
            "agent": "ocf:a:b",
            "options": {"text": "{% a %}"},
            "meta": {"is-managed": "false", "priority": "1"},
        }
    ]
    cib["properties"] = {"maintenance-mode": "true", "no-quorum-policy": "stop"}
    cib["locations"] = [{"id": "cli-ban-web-on-node1", "resource": "web", "node": "node1", "score": "-INFINITY"}]
    cib["nodes"] = [{"name": "node1", "standby": True}, {"name": "node2", "attributes": {"rack": "2"}}]
    before = copy.deepcopy(cib)
    said = variables(hosts, cib)
    assert said["ha_stonith"] == [
        {
            "id": "board",
            "agent": "stonith:fence_ipmilan",
            "options": {"password": "{{ vault_board_password }}", "ip": "192.0.2.9"},
        }
    ]
    assert said["ha_resources"][0]["options"] == {"text": ("unsafe", "{% a %}")}
    assert said["ha_resources"][0]["meta"] == {"priority": "1"}
    assert said["ha_properties"] == {"no-quorum-policy": "stop"}
    assert said["ha_node_settings"] == [{"name": "node2", "attributes": {"rack": "2"}}]
    assert "ha_locations" not in said
    plan = adopted_cluster(hosts, cib)
    assert plan["operators"] == [
        "maintenance-mode=true",
        "is-managed=false of web",
        "target-role=Stopped of board",
        "cli-ban-web-on-node1, made by pcs resource move or ban",
        "standby of node1",
    ]
    vault = next(file for file in plan["files"] if file["secret"])
    assert yaml.load(vault["content"], Loader) == {"vault_board_password": ("unsafe", "{{ x }}")}
    assert cib == before


def test_no_fencing_and_failures_are_told(hosts: dict[str, t.Any], cib: dict[str, t.Any]) -> None:
    cib["resources_status"] = [{"id": "web", "agent": "ocf:a:b", "active": True, "failed": True, "blocked": False}]
    assert variables(hosts, cib)["ha_verify_fail"] is False
    assert [note.partition(" ")[0] for note in adopt(hosts, cib).notes] == ["No", "web"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda hosts, cib: hosts["two"]["corosync"].update(pacemaker_running=False), "does not run on two"),
        (lambda hosts, cib: hosts.pop("two"), "node2 is in the cluster, and no host"),
        (lambda hosts, cib: hosts["two"].update(name="node9"), "node9 is not a node"),
        (lambda hosts, cib: hosts["two"].update(name="node1"), "the same node"),
        (lambda hosts, cib: hosts["two"]["corosync"].update(content=CONF.replace("5000", "1")), "on two differs"),
        (lambda hosts, cib: hosts["two"]["corosync"].update(content="}"), "unexpected closing brace"),
        (lambda hosts, cib: hosts["one"]["corosync"].update(stale=[{"key": "totem.token"}]), "corosync on one runs"),
        (lambda hosts, cib: cib["nodes_status"][1].update(online=False), "node2 is not online"),
        (lambda hosts, cib: cib["cluster"].update(quorate=False), "no quorum"),
    ],
)
def test_cluster_that_is_not_whole_is_refused(
    hosts: dict[str, t.Any], cib: dict[str, t.Any], change: t.Callable[..., t.Any], words: str
) -> None:
    change(hosts, cib)
    plan = adopted_cluster(hosts, cib)
    assert list(plan) == ["problems"]
    assert any(words in problem for problem in plan["problems"]), plan


def test_leftovers_of_a_cib_are_named() -> None:
    text = """<cib><configuration>
      <crm_config><cluster_property_set id="cib-bootstrap-options"/>
        <cluster_property_set id="more"><nvpair id="more-x" name="x" value="1"/></cluster_property_set></crm_config>
      <nodes><node id="1" uname="node1" description="old"><instance_attributes id="n">
        <rule id="r" score="1"/></instance_attributes></node></nodes>
      <resources><template id="tpl" class="ocf" provider="pacemaker" type="Dummy"/>
        <primitive id="a" template="tpl"/>
        <primitive id="b" class="ocf" provider="pacemaker" type="Dummy" description="B">
          <operations><op id="b-m" name="monitor" interval="10s">
            <meta_attributes id="b-m-m"/></op></operations></primitive></resources>
      <constraints><rsc_location id="l"><resource_set id="s"><resource_ref id="b"/></resource_set></rsc_location>
        <rsc_location id="fine" rsc="b" node="node1" score="1"/></constraints>
      <acls><acl_role id="r1"><acl_permission id="p1" kind="read"
        object-type="primitive"/></acl_role></acls>
      <alerts><alert id="al" path="/x"><select><select_nodes/></select></alert></alerts>
      <rsc_defaults><meta_attributes id="d">
        <nvpair id="d-x" name="priority" value="1"/></meta_attributes></rsc_defaults>
    </configuration></cib>"""
    found = leftovers(text, parse_cib(text))
    for words in (
        "cluster_property_set more",
        "instance_attributes n of node node1",
        "template tpl",
        "primitive a (made from a template)",
        "meta_attributes b-m-m of op b-m",
        "rsc_location l (a constraint",
        "acl_permission p1 of acl_role r1",
        "select of alert al",
    ):
        assert sum(item.startswith(words) for item in found) == 1, (words, found)
    assert len(found) == 8
