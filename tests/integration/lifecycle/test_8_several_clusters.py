# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One inventory with three clusters on two labs, of which two share a hypervisor that is their arbitrator as well."""

from __future__ import annotations

import json
import os
import pathlib
import typing as t

import pytest
import yaml
from lab import Lab, PlaybookRun, eventually

PASSWORD = "correct-horse-battery-staple"
NETWORKS = {
    "public": {"interface": "eth0", "subnet": "192.168.178.0/24"},
    "cluster": {"interface": "eth1", "subnet": "192.168.181.64/27"},
    "management": {"interface": "eth2", "subnet": "192.168.180.0/24"},
}
ARBITRATOR = "192.168.181.65"  # the hypervisor's address on the network of the cluster
# Each cluster with its lab and the numbers of its nodes in the lab's networks.
CLUSTERS = {"web": ("one", (1, 2)), "db": ("two", (1, 2)), "mq": ("two", (3, 4))}
HYPERVISORS = {"one": "vmhost1", "two": "vmhost2"}
INTERPRETER = {"ansible_python_interpreter": "/usr/bin/python3"}
ROLES = ["os_prep", "iptables", "authkey", "cluster", "fence_virt", "resources", "verify"]
ACCEPTED = [{"id": "corosync-link-single", "reason": "The lab has one network for the nodes."}]
OWNER = ("hacluster", "haclient", "0750")  # of the file system of the cluster web
KEYS = {
    "corosync": "/etc/corosync/authkey",
    "pacemaker": "/etc/pacemaker/authkey",
    "fence": "/etc/cluster/fence_xvm.key",
}


def nodes_of(cluster: str) -> list[str]:
    return [f"{cluster}1", f"{cluster}2"]


def addresses_of(cluster: str) -> dict[str, dict[str, str]]:
    numbers = CLUSTERS[cluster][1]
    return {
        node: {
            "public": f"192.168.178.18{number}",
            "cluster": f"192.168.181.7{number}",
            "management": f"192.168.180.18{number}",
        }
        for node, number in zip(nodes_of(cluster), numbers)
    }


def domains_of(cluster: str) -> dict[str, str]:
    numbers = CLUSTERS[cluster][1]
    return {node: f"00000000-0000-4000-8000-00000000000{number}" for node, number in zip(nodes_of(cluster), numbers)}


def of_cluster(cluster: str) -> dict[str, t.Any]:
    """What the group of CLUSTER sets."""
    lab = CLUSTERS[cluster][0]
    address = f"192.168.178.19{list(CLUSTERS).index(cluster)}"
    variables: dict[str, t.Any] = {
        "ha_cluster_name": cluster,
        "ha_nodes": addresses_of(cluster),
        "ha_fence_virt_domains": domains_of(cluster),
        "ha_hypervisors": [HYPERVISORS[lab]],
        "ha_cluster_ip": address,
        "ha_resources": [
            {"id": f"{cluster}-ip", "agent": "ocf:heartbeat:IPaddr2", "options": {"ip": address, "cidr_netmask": 24}}
        ],
    }
    if cluster == "web":
        variables["ha_roles"] = [*ROLES, "shared_storage"]
        variables["ha_storage_device"] = "/dev/vdb"
        variables["ha_storage_mount_point"] = "/srv/data"
        variables.update(zip(("ha_storage_owner", "ha_storage_group", "ha_storage_mode"), OWNER))
        options = {"device": "/dev/vdb", "directory": "/srv/data", "fstype": "xfs"}
        data = {"id": "web-data", "agent": "ocf:heartbeat:Filesystem", "options": options}
        variables["ha_resources"].append(data)
        variables["ha_groups"] = [{"id": "web", "members": ["web-data", "web-ip"]}]
        variables["ha_verify_accepted"] = [
            *ACCEPTED,
            {"id": "filesystem-unguarded", "reason": "The lab's kernel has no device mapper. Fencing guards it."},
        ]
    if lab == "two":
        variables["ha_quorum_device"] = {"host": ARBITRATOR, "algorithm": "ffsplit"}
    return variables


class SharedLab(Lab):
    """A lab whose machines are the nodes of one or several clusters."""

    def __init__(self, name: str, release: str, part: str) -> None:
        super().__init__(f"{name}-{part}", release)
        self.clusters = [cluster for cluster, (lab, _numbers) in CLUSTERS.items() if lab == part]
        self.nodes = [node for cluster in self.clusters for node in nodes_of(cluster)]

    def machines(self, folder: pathlib.Path) -> pathlib.Path:
        """An inventory for the lab's own playbooks."""
        inventory = {
            "lab": {"hosts": {"localhost": {"ansible_connection": "local", **INTERPRETER}}},
            "all": {
                "vars": {
                    "ha_lab_release": self.release,
                    "ha_lab_directory": str(self.directory),
                    "ha_lab_nodes": {k: v for name in self.clusters for k, v in addresses_of(name).items()},
                    "ha_lab_domains": {k: v for name in self.clusters for k, v in domains_of(name).items()},
                    "ha_lab_networks": NETWORKS,
                }
            },
        }
        path = folder / f"{self.name}.yml"
        path.write_text(yaml.safe_dump(inventory))
        return path

    def connection(self) -> dict[str, str]:
        return {
            "ansible_user": "root",
            **INTERPRETER,
            "ansible_ssh_common_args": f"-F {self.directory}/ssh_config",
            "ansible_control_path_dir": f"{self.directory}/cp",
        }


class Clusters:
    """The labs, and the inventory of all clusters."""

    def __init__(self, labs: dict[str, SharedLab], folder: pathlib.Path) -> None:
        self.labs, self.folder = labs, folder
        self.nodes = [node for cluster in CLUSTERS for node in nodes_of(cluster)]

    def lab_of(self, cluster: str) -> SharedLab:
        return self.labs[CLUSTERS[cluster][0]]

    def inventory(self, **changes: t.Mapping[str, t.Any]) -> pathlib.Path:
        """The inventory; CHANGES are further variables by cluster."""
        children = {
            cluster: {
                "hosts": dict.fromkeys(nodes_of(cluster)),
                "vars": {**of_cluster(cluster), **self.lab_of(cluster).connection(), **changes.get(cluster, {})},
            }
            for cluster in CLUSTERS
        }
        hosts = {
            name: {"ansible_host": "hypervisor", **self.labs[part].connection()} for part, name in HYPERVISORS.items()
        }
        inventory = {
            "all": {
                "vars": {
                    "ha_networks": NETWORKS,
                    "ha_hacluster_password": PASSWORD,
                    "ha_roles": ROLES,
                    "ha_verify_accepted": ACCEPTED,
                }
            },
            "cluster": {"children": children},
            "hypervisors": {"hosts": hosts},
            "arbitrators": {"hosts": {HYPERVISORS["two"]: None}},
        }
        path = self.folder / f"clusters-{len(list(self.folder.iterdir()))}.yml"
        path.write_text(yaml.safe_dump(inventory, sort_keys=False))
        return path

    def run(self, playbook: str, *arguments: str, inventory: pathlib.Path | None = None, **extra: t.Any) -> PlaybookRun:
        return self.labs["one"].playbook(
            playbook, "--inventory", str(inventory or self.inventory()), *arguments, **extra
        )

    def ssh(self, node: str, command: str, **options: t.Any) -> str:
        return self.lab_of(node[:-1]).ssh(node, command, **options)

    def are_healthy(self) -> bool:
        """Whether all nodes are online, and the service of each cluster runs on one of them."""
        for cluster in CLUSTERS:
            seen = self.lab_of(cluster).cluster(nodes_of(cluster)[0])
            if seen.online != set(nodes_of(cluster)) or len(seen.where(f"{cluster}-ip")) != 1 or seen.failures:
                return False
        return True

    def property(self, cluster: str, name: str) -> str:
        return self.ssh(f"{cluster}1", f"crm_attribute --query --quiet --name {name} 2>/dev/null", check=False).strip()


@pytest.fixture(scope="module")
def clusters(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Clusters]:
    """Both labs, without clusters."""
    folder = tmp_path_factory.mktemp("clusters")
    name, release = os.environ.get("LAB_NAME", "life"), os.environ.get("LAB_RELEASE", "bookworm")
    labs = {part: SharedLab(name, release, part) for part in HYPERVISORS}
    try:
        for lab in labs.values():
            if not lab.directory.exists():
                run = lab.playbook("playbooks/lab_up.yml", "--inventory", str(lab.machines(folder)))
                assert run.code == 0, run
        (folder / "inventories").mkdir()
        yield Clusters(labs, folder / "inventories")
    finally:
        for lab in labs.values() if not os.environ.get("KEEP_LAB") else ():
            run = lab.playbook("playbooks/lab_down.yml", "--inventory", str(lab.machines(folder)))
            assert run.code == 0, run
            assert eventually(lambda lab=lab: lab.leftovers() == {}, timeout=90), lab.leftovers()


def test_one_run_builds_all_clusters(clusters: Clusters) -> None:
    run = clusters.run("site.yml")
    assert run.code == 0, run
    assert eventually(clusters.are_healthy), run
    for cluster in CLUSTERS:
        assert f"{cluster}: all nodes are done." in run.output, run
        for node in nodes_of(cluster):
            said = clusters.ssh(node, "corosync-cmapctl -g totem.cluster_name")
            assert said.rpartition(" = ")[2].strip() == cluster


def test_a_new_file_system_belongs_to_whom_it_is_for(clusters: Clusters) -> None:
    (node,) = clusters.lab_of("web").cluster("web1").where("web-data")
    assert clusters.ssh(node, "stat --format '%U %G 0%a' /srv/data").split() == [*OWNER]


@pytest.mark.parametrize("arguments", [(), ("--check", "--diff")])
def test_a_second_run_changes_nothing(clusters: Clusters, arguments: tuple[str, ...]) -> None:
    run = clusters.run("site.yml", *arguments)
    assert (run.code, run.changed) == (0, 0), run


def test_each_cluster_has_its_own_keys_and_those_of_a_hypervisor_share_its_key(clusters: Clusters) -> None:
    digests = {
        kind: {node: clusters.ssh(node, f"sha256sum {path}").split()[0] for node in clusters.nodes}
        for kind, path in KEYS.items()
    }
    for kind in ("corosync", "pacemaker"):
        by_cluster = [{digests[kind][node] for node in nodes_of(cluster)} for cluster in CLUSTERS]
        assert [len(each) for each in by_cluster] == [1, 1, 1]
        assert len(set.union(*by_cluster)) == 3
    fence = digests["fence"]
    assert fence["web1"] == fence["web2"] != fence["db1"]
    assert len({fence[node] for node in ("db1", "db2", "mq1", "mq2")}) == 1


def test_nodes_fence_those_of_their_cluster_and_no_others(clusters: Clusters) -> None:
    def status(node: str, cluster: str, number: int) -> int:
        domain = list(domains_of(cluster).values())[number]
        return int(clusters.ssh(node, f"fence_xvm -o status -t 10 -H {domain} > /dev/null 2>&1; echo $?"))

    assert status("db1", "db", 1) == 0
    assert status("mq1", "mq", 1) == 0
    assert status("db1", "mq", 0) not in (0, 2)
    assert status("mq2", "db", 0) not in (0, 2)
    clusters.ssh("mq1", "pcs stonith fence mq2")
    assert eventually(clusters.are_healthy, timeout=240)
    assert "Members left" not in clusters.ssh("db1", "journalctl --unit corosync --no-pager | tail -n 3")


def test_one_cluster_is_chosen_by_name(clusters: Clusters) -> None:
    changed = {cluster: {"ha_properties": {"cluster-delay": "61s"}} for cluster in CLUSTERS}
    run = clusters.run("site.yml", "-e", "ha_clusters=db", inventory=clusters.inventory(**changed))
    assert run.code == 0, run
    assert [clusters.property(cluster, "cluster-delay") for cluster in CLUSTERS] == ["", "61s", ""]
    assert not any(node in run.recap for node in ("web1", "mq1")), run
    run = clusters.run("site.yml", "-e", "ha_clusters=dbs")
    assert run.code != 0
    assert "The groups there are db, mq, web." in " ".join(run.output.split()), run


def test_a_mistake_in_one_cluster_does_not_hold_up_the_others(clusters: Clusters) -> None:
    changed = {cluster: {"ha_properties": {"cluster-delay": "62s"}} for cluster in CLUSTERS}
    changed["db"]["ha_groups"] = [{"id": "group", "members": ["nothing"]}]
    run = clusters.run("site.yml", inventory=clusters.inventory(**changed))
    assert run.code != 0, run
    assert [clusters.property(cluster, "cluster-delay") for cluster in CLUSTERS] == ["62s", "61s", "62s"]
    said = " ".join(run.output.split())
    assert "db: db1, db2 failed or could not be reached." in said, run
    assert "web: all nodes are done." in said
    assert "mq: all nodes are done." in said


def test_a_node_that_fails_stops_its_own_cluster_alone(clusters: Clusters) -> None:
    """db2 can't write its configuration of corosync."""
    changed = {cluster: {"ha_totem": {"token": 3100}} for cluster in CLUSTERS}
    clusters.ssh("db2", "chattr +i /etc/corosync/corosync.conf")
    try:
        run = clusters.run("site.yml", inventory=clusters.inventory(**changed))
    finally:
        clusters.ssh("db2", "chattr -i /etc/corosync/corosync.conf")
    assert run.code != 0, run
    tokens = [
        clusters.ssh(f"{cluster}1", "corosync-cmapctl -g runtime.config.totem.token").rpartition(" = ")[2].strip()
        for cluster in CLUSTERS
    ]
    assert [token == "3100" for token in tokens] == [True, False, True], tokens
    assert eventually(clusters.are_healthy)
    run = clusters.run("site.yml")
    assert run.code == 0, run


def test_all_clusters_are_verified_and_each_has_its_report(clusters: Clusters, tmp_path: pathlib.Path) -> None:
    run = clusters.run("playbooks/verify.yml")
    assert (run.code, run.changed) == (0, 0), run
    run = clusters.run("playbooks/report.yml", ha_report_file="{{ tmp }}/{{ ha_cluster_name }}.html", tmp=str(tmp_path))
    assert run.code == 0, run
    for cluster in CLUSTERS:
        report = json.loads((tmp_path / f"{cluster}.json").read_text())
        assert sorted(node["name"] for node in report["picture"]["nodes"]) == nodes_of(cluster)
    index = json.loads((tmp_path / "reports.json").read_text())["clusters"]
    assert {(entry["cluster"], entry["online"], entry["quorate"]) for entry in index} == {
        (cluster, len(nodes_of(cluster)), True) for cluster in CLUSTERS
    }


@pytest.mark.parametrize(
    ("playbook", "extra"),
    [
        ("maintenance", {"ha_maintenance_nodes": "mq1"}),
        ("membership", {}),
        ("rotate_authkey", {"ha_rotate_older_than": "0"}),
        ("backup", {"ha_backup_file": "{{ tmp }}/{{ ha_cluster_name }}.tar"}),
    ],
)
def test_other_playbooks_take_one_cluster_by_name(
    clusters: Clusters, tmp_path: pathlib.Path, playbook: str, extra: dict[str, str]
) -> None:
    run = clusters.run(f"playbooks/{playbook}.yml", tmp=str(tmp_path), **extra)
    assert (run.code != 0, run.changed) == (True, 0), run
    assert "The inventory has the clusters" in " ".join(run.output.split()), run
    run = clusters.run(f"playbooks/{playbook}.yml", "-e", "ha_clusters=mq", tmp=str(tmp_path), **extra)
    assert run.code == 0, run
    assert not any(node in run.recap for node in ("web1", "db1")), run
    if playbook == "maintenance":
        assert clusters.lab_of("mq").cluster("mq1").standby == {"mq1"}
        ended = clusters.run("playbooks/maintenance.yml", "-e", "ha_clusters=mq", ha_maintenance_state="ended", **extra)
        assert ended.code == 0, ended
    assert eventually(clusters.are_healthy)
    run = clusters.run("site.yml")
    assert (run.code, run.changed) == (0, 0), run
