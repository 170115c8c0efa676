# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""check_input.yml says all that is wrong with an inventory in one message, each mistake once."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
import typing as t

import pytest
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
HERE = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
# An inventory of three nodes on one network, fenced by their boards.
NODES = {f"web{number}": {"cluster": f"192.0.2.{number}"} for number in (1, 2, 3)}
SOUND: dict[str, t.Any] = {
    "ha_cluster_name": "web",
    "ha_networks": {"cluster": {"interface": "eth0", "subnet": "192.0.2.0/24"}},
    "ha_nodes": NODES,
    "ha_hacluster_password": "correct-horse-battery-staple",
    "ha_roles": ["os_prep", "authkey", "cluster", "resources", "verify"],
    "ha_resources": [{"id": "web-ip", "agent": "IPaddr2", "options": {"ip": "192.0.2.10"}}],
    "ha_groups": [{"id": "web", "members": ["web-ip"]}],
}


@pytest.fixture
def playbook(tmp_path: pathlib.Path) -> pathlib.Path:
    """check_input.yml without its look at the machines."""
    path = tmp_path / "check.yml"
    shutil.copytree(CHECKOUT / "playbooks" / "tasks", tmp_path / "tasks")
    (play,) = yaml.safe_load((CHECKOUT / "playbooks" / "check_input.yml").read_text())
    play["tasks"] = [task for task in play["tasks"] if "ansible.builtin.include_role" not in task]
    play["tasks"].append({"name": "Change something", "ansible.builtin.debug": {"msg": "changing"}})
    path.write_text(yaml.safe_dump([play], sort_keys=False))
    return path


def run(*command: object) -> subprocess.CompletedProcess[str]:
    tool = pathlib.Path(sys.executable).with_name("ansible-playbook")
    return subprocess.run([tool, *map(str, command)], cwd=CHECKOUT, capture_output=True, text=True, check=False)


Check = t.Callable[..., "list[str]"]


@pytest.fixture
def check(tmp_path: pathlib.Path, playbook: pathlib.Path) -> Check:
    def said(
        groups: dict[str, t.Any] | None = None, hosts: dict[str, t.Any] | None = None, **variables: t.Any
    ) -> list[str]:
        """The lines that the check fails with, for the sound inventory with other VARIABLES."""
        both = {**SOUND, **variables}
        children = groups or {"cluster": {"hosts": dict.fromkeys(NODES)}}
        inventory = {
            "all": {"children": children, "vars": {name: both[name] for name in both if both[name] is not None}}
        }
        folder = tmp_path / "inventory"
        (folder / "host_vars").mkdir(parents=True, exist_ok=True)
        (folder / "hosts.yml").write_text(yaml.safe_dump(inventory))
        for host, values in (hosts or {}).items():
            (folder / "host_vars" / f"{host}.yml").write_text(yaml.safe_dump(values))
        (tmp_path / "here.yml").write_text(yaml.safe_dump({"all": {"vars": HERE}}))
        done = run("-i", folder / "hosts.yml", "-i", tmp_path / "here.yml", playbook)
        if done.returncode == 0:
            assert "changing" in done.stdout, done.stdout
            return []
        assert "changing" not in done.stdout, done.stdout
        messages = re.findall(r"^fatal: \[\w+\]: FAILED! =>\s*\n((?:    .*\n)+)", done.stdout, flags=re.MULTILINE)
        texts = [str(yaml.safe_load(message)["msg"]) for message in messages]
        told = [text for text in texts if not re.match(r"Nothing is done on \w+, because the input is wrong\.", text)]
        assert len(texts) == done.stdout.count(" failed=1 ") == done.stdout.count(" ok="), done.stdout + done.stderr
        return [line for text in told for line in text.splitlines()]

    return said


@pytest.mark.parametrize("inventory", ["lab", "example"])
def test_inventory_that_comes_with_the_collection_is_accepted(
    inventory: str, playbook: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    more = {**HERE, "vault_hacluster_password": "correct-horse-battery-staple"}
    (tmp_path / "here.yml").write_text(yaml.safe_dump({"all": {"vars": more}}))
    arguments = ("-i", CHECKOUT / "inventories" / inventory / "hosts.yml", "-i", tmp_path / "here.yml")
    # The firewall's rules are for machines that are reached over SSH.
    done = run(*arguments, "-e", "ha_firewall_lockout_check=false", playbook)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changing" in done.stdout


def test_sound_inventory_is_accepted(check: Check) -> None:
    assert check() == []
    assert check(ha_networks=None, ha_nodes=[*NODES], ha_resources=[], ha_groups=[]) == []


def test_all_mistakes_are_said_at_once_and_each_once(check: Check) -> None:
    said = check(
        ha_links="cluster",
        ha_resorces=[],
        ha_roles=["os_prep", "cluster", "resources", "qnetd", "verfy"],
        ha_nodes={**NODES, "web2": {"cluster": "192.0.2.1"}},
        ha_cluster_name="my cluster",
        ha_hacluster_password="{{ vault_hacluster_password }}",
        ha_resources=[
            {"id": "web-ip", "agent": "IPaddr2", "optons": {}, "options": {"ip": "192.0.2.3"}},
            {"id": "web-ip", "agent": "systemd:lighttpd", "operations": [{"name": "monitor", "timeout": "-5s"}]},
        ],
        ha_groups=[{"id": "web", "members": ["web-iq"]}],
        ha_locations=[{"resource": "web", "node": "web9"}],
        ha_time_max_difference="much",
    )
    assert sorted(said) == sorted(
        [
            'variable "ha_resorces" is not known; did you mean "ha_resources"? Correct it, or list it in'
            " ha_foreign_variables if something else needs it.",
            "ha_roles[3]: qnetd is never listed: it is for the hosts of the group 'arbitrators', if there are any."
            " Remove it.",
            "ha_roles[4]: there is no role 'verfy'; did you mean 'verify'?",
            "ha_hacluster_password: it is made from 'vault_hacluster_password', which is not defined; define that. Put"
            " it into a vault: ansible-vault encrypt_string --name vault_hacluster_password",
            "ha_links: it is 'cluster', but takes a list. Write [cluster].",
            "ha_time_max_difference: 'much' is not a number.",
            "ha_nodes.web2.cluster: ha_nodes.web1.cluster is 192.0.2.1, too; give each its own address.",
            "ha_cluster_name: 'my cluster' is not a valid cluster name; use letters, digits, dots, dashes and _.",
            "ha_resources[0] 'web-ip': unknown key 'optons'; did you mean 'options'?",
            "ha_resources[0] 'web-ip' options.ip: 192.0.2.3 is the address of a node (ha_nodes.web3.cluster); give the"
            " service one that no machine has.",
            "ha_resources[1] 'web-ip': ha_resources[0] 'web-ip' has the id 'web-ip', too; each id must be unique.",
            "ha_resources[1] 'web-ip' operations[0] 'monitor' timeout: '-5s' is not a duration; write it like 30s, 5min"
            " or 1h.",
            "ha_groups[0] 'web' members[0]: there is no resource 'web-iq'; did you mean 'web-ip'?",
            "ha_locations[0] 'web' node: there is no node 'web9'; did you mean 'web3'?",
        ]
    )


def test_what_is_missing_is_said(check: Check) -> None:
    said = check(ha_nodes=None, ha_cluster_name=None, ha_hacluster_password=None)
    assert [line.partition(". ")[0] for line in sorted(said)] == [
        "ha_cluster_name: it is not set; set it in the inventory",
        "ha_hacluster_password: it is not set",
        "ha_nodes: it is not set; set it in the inventory",
    ]


def test_what_is_a_hosts_own_is_said_with_the_host(check: Check) -> None:
    """Also where the node that speaks for all is the one that differs."""
    wrong = [{"id": "web-ip", "agent": "IPaddr2", "options": {"ip": "192.0.2.10"}, "mta": {}}]
    said = check(hosts={"web2": {"ha_resources": wrong}, "web3": {"ha_links": ["cluter"]}})
    assert sorted(said) == [
        "ha_links[0]: there is no network 'cluter' in ha_networks; did you mean 'cluster'? (host web3)",
        "ha_resources[0] 'web-ip': unknown key 'mta'; did you mean 'meta'? (host web2)",
    ]
    assert check(hosts={"web1": {"ha_resources": wrong}, "web2": {}, "web3": {}}) == [
        "ha_resources[0] 'web-ip': unknown key 'mta'; did you mean 'meta'? (host web1)"
    ]


def test_user_who_does_not_become_root_is_said(check: Check) -> None:
    user = {"ansible_connection": "ssh", "ansible_user": "admin", "ansible_become": False}
    assert check(hosts={"web2": user, "web3": {**user, "ansible_user": "root"}}) == [
        "ansible_become: it is false, and ansible_user is 'admin', but the roles need root. Remove it, or let Ansible"
        " connect as root. (host web2)"
    ]


def test_host_that_is_in_no_list_is_said(check: Check) -> None:
    hosts = {"cluster": {"hosts": dict.fromkeys((*NODES, "web4"))}, "others": {"hosts": {"web5": None}}}
    nodes = {**NODES, "web5": {"cluster": "192.0.2.5"}}
    assert sorted(check(groups=hosts, ha_nodes=nodes)) == [
        "ha_nodes.web5: the host is not in the group 'cluster' of the inventory; add it there.",
        "ha_nodes: it lacks web4, which is in the group 'cluster' of the inventory; add it, or remove it there.",
    ]


def test_clusters_of_one_inventory_are_told_apart(check: Check) -> None:
    clusters = {
        name: {
            "hosts": {f"{name}{number}": None for number in (1, 2)},
            "vars": {
                "ha_cluster_name": name,
                "ha_nodes": {f"{name}{number}": {"cluster": f"192.0.2.{first + number}"} for number in (1, 2)},
                "ha_totem": {"tokn": 1} if name == "db" else {"token": 1},
            },
        }
        for first, name in ((0, "app"), (10, "db"))
    }
    said = check(groups={"cluster": {"children": clusters}}, ha_cluster_name=None, ha_nodes=None, ha_links=["cluter"])
    assert sorted(said) == [
        "ha_links[0]: there is no network 'cluter' in ha_networks; did you mean 'cluster'? (cluster app, cluster db)",
        "ha_totem: there is no option 'tokn'; did you mean 'token'? (cluster db)",
    ]


def test_secret_that_cannot_be_decrypted_is_reported(check: Check, tmp_path: pathlib.Path) -> None:
    (tmp_path / "secret").write_text("sesame")
    tool = pathlib.Path(sys.executable).with_name("ansible-vault")
    command = [tool, "encrypt_string", "--vault-password-file", tmp_path / "secret", "long enough", "--name", "ha_x"]
    made = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout
    variables = tmp_path / "inventory" / "group_vars" / "all"
    variables.mkdir(parents=True)
    (variables / "secret.yml").write_text(made.replace("ha_x", "ha_hacluster_password"))
    (line,) = check(ha_hacluster_password=None)
    assert (
        line
        == "ha_hacluster_password: it is encrypted, and Ansible has no vault password; give it with --ask-vault-pass."
    )


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("destroy", "ha_destroy_missing_nodes"),
        ("maintenance", "ha_maintenance_nodes"),
        ("membership", "ha_leaving_nodes"),
        ("membership", "ha_replaced_nodes"),
    ],
)
def test_nodes_are_named_in_a_list_or_on_the_command_line(role: str, name: str, tmp_path: pathlib.Path) -> None:
    """As docs/operations.md does: -e ha_maintenance_nodes=node2."""
    check = {"name": "Check", "quorate.ha_cluster.internal_role_input": {"roles": [role]}}
    play = {"hosts": "all", "gather_facts": False, "tasks": [check]}
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]))
    nodes = ["gone"] if name in ("ha_leaving_nodes", "ha_destroy_missing_nodes") else ["web1"]
    variables = {**SOUND, **HERE, "ha_destroy_cluster_name": "web"}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"cluster": {"hosts": {"web1": variables}}}))

    def done(value: t.Any) -> subprocess.CompletedProcess[str]:
        given = f"{name}={value}" if isinstance(value, str) else yaml.safe_dump({name: value}, default_flow_style=True)
        return run("-i", tmp_path / "hosts.yml", "-e", given, tmp_path / "play.yml")

    for value in (nodes, nodes[0], f"{nodes[0]},{nodes[0]}"):
        assert done(value).returncode == 0, done(value).stdout
    for wrong in ({"gone": 1}, [1]):
        assert f"{name}: it " in done(wrong).stdout
