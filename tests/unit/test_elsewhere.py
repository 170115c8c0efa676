# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lets others run the whole site on their machines: the image of podman, the inventories, the row of results."""

from __future__ import annotations

import ipaddress
import json
import pathlib
import re
import subprocess
import sys
import typing as t

import machines
import pytest
import results
import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
VAGRANT = CHECKOUT / "inventories" / "vagrant"
VAGRANTFILE = (VAGRANT / "Vagrantfile").read_text()
PAGE = (CHECKOUT / "docs" / "distributions.md").read_text()
RELEASES = {"bookworm": "12", "trixie": "13", "noble": "24.04"}
ROLES = {"os_prep", "iptables", "authkey", "cluster", "fence_virt", "shared_storage", "lighttpd", "resources", "verify"}


def load(path: pathlib.Path) -> t.Any:
    return yaml.safe_load(path.read_text())


# --- the image -------------------------------------------------------------------------------------------------------

DEBIAN = "curl dbus iproute2 netcat-openbsd openssh-server python3 python3-apt systemd-sysv udev"
USUAL = (
    "dbus findutils hostname iproute kmod nmap-ncat openssh-server procps-ng python3 systemd systemd-udev util-linux"
)
DNF = "dnf --assumeyes --setopt=install_weak_deps=False install"
EVERYWHERE = [
    "rm -f /etc/ssh/ssh_host_dsa /var/lib/dbus/machine-id",
    "truncate -s 0 /etc/machine-id",
    "install -d -m 0700 /root/.ssh",
]


def build(folder: pathlib.Path, *programs: str, release: str = "", fails: str = "") -> tuple[int, list[str]]:
    """Exit code of machine.sh where there are these PROGRAMS alone, and what it has called. What FAILS does so."""
    log = folder / "log"
    log.touch()
    for name in (*programs, "grep", "install", "ln", "rm", "systemctl", "truncate"):
        stub = folder / name
        text = f"#!/bin/sh\necho {name} $* | sed 's/_host_\\*/_host_dsa/' >> {log}\n"
        if name == "grep":  # of os-release
            text = f'#!/bin/sh\nexec /bin/grep $1 "$2" {folder}/os-release\n'
        elif fails:
            text += f"case \"$*\" in *' {fails}') exit 1;; esac\n"
        stub.write_text(text.replace("sed", "/bin/sed"))
        stub.chmod(0o755)
    (folder / "os-release").write_text(release)
    script = str(CHECKOUT / "molecule" / "podman" / "machine.sh")
    run = subprocess.run(["/bin/sh", script], env={"PATH": str(folder)}, capture_output=True, text=True, check=False)
    return run.returncode, log.read_text().splitlines()


def test_image_of_debian_and_ubuntu(tmp_path: pathlib.Path) -> None:
    assert build(tmp_path, "apt-get") == (
        0,
        [
            "apt-get update --quiet",
            f"apt-get install --yes --no-install-recommends {DEBIAN}",
            "rm -f /usr/sbin/policy-rc.d",
            *EVERYWHERE,
        ],
    )


def test_image_of_the_rhel_family(tmp_path: pathlib.Path) -> None:
    assert build(
        tmp_path, "dnf", "curl", release='NAME="AlmaLinux"\nID="almalinux"\nID_LIKE="rhel centos fedora"\n'
    ) == (
        0,
        [
            f"{DNF} {USUAL} python3-dnf",
            "ln -s ncat /usr/bin/nc",
            f"{DNF} epel-release",
            "systemctl enable sshd.service",
            *EVERYWHERE,
        ],
    )


def test_image_without_curl_gets_the_small_one(tmp_path: pathlib.Path) -> None:
    code, called = build(tmp_path, "dnf", "nc", release="ID=centos\n")
    assert code == 0
    assert called[1:3] == [f"{DNF} curl-minimal", f"{DNF} epel-release"]


def test_image_whose_repositories_lack_the_small_curl_gets_the_other(tmp_path: pathlib.Path) -> None:
    code, called = build(tmp_path, "dnf", "nc", release="ID=centos\n", fails="curl-minimal")
    assert code == 0
    assert called[1:3] == [f"{DNF} curl-minimal", f"{DNF} --allowerasing curl"]


def test_image_of_fedora(tmp_path: pathlib.Path) -> None:
    assert build(tmp_path, "dnf", "dnf5", "curl", "nc", release="ID=fedora\n") == (
        0,
        [f"{DNF} {USUAL} python3-libdnf5", "systemctl enable sshd.service", *EVERYWHERE],
    )


@pytest.mark.parametrize("command", [("apt-get", "udev"), ("dnf", "python3-dnf"), ("dnf", "epel-release")])
def test_image_that_lacks_a_package_is_none(tmp_path: pathlib.Path, command: tuple[str, str]) -> None:
    program, package = command
    code, called = build(tmp_path, program, "curl", "nc", release="ID=almalinux\n", fails=package)
    assert code != 0
    assert called[-1].endswith(f" {package}")


def test_image_of_another_distribution_is_refused(tmp_path: pathlib.Path) -> None:
    assert build(tmp_path, "zypper") == (1, [])


def test_containers_of_two_images_have_two_names() -> None:
    variables = load(CHECKOUT / "molecule" / "podman" / "vars" / "main.yml")
    assert "podman_base" in variables["podman_image"]


# --- the inventories -------------------------------------------------------------------------------------------------


def variables_of(*inventories: pathlib.Path) -> dict[str, t.Any]:
    """The variables of node1, as Ansible reads them."""
    options = [word for path in inventories for word in ("--inventory", str(path))]
    run = subprocess.run(
        ["ansible-inventory", *options, "--host", "node1"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    return t.cast(t.Any, json.loads(run.stdout))


PLAYBOOK = """
- hosts: all
  tasks: [{ ansible.builtin.setup: { gather_subset: ["!all", "!min", distribution, interfaces, pkg_mgr] } }]
- import_playbook: CHECKOUT/playbooks/check_input.yml
"""


def mistakes(folder: pathlib.Path, inventories: tuple[pathlib.Path, ...], **more: object) -> list[str]:
    """What the check of the input says, line by line, with this machine in place of all hosts."""
    here = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    (folder / "check.yml").write_text(PLAYBOOK.replace("CHECKOUT", str(CHECKOUT)))
    options = [word for path in inventories for word in ("--inventory", str(path))]
    run = subprocess.run(
        ["ansible-playbook", *options, "--extra-vars", json.dumps({**here, **more}), str(folder / "check.yml")],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    (report,) = re.findall(r"^fatal: \[node1\]: FAILED! => \n((?:    .*\n)+)", run.stdout, flags=re.MULTILINE)
    return t.cast("list[str]", yaml.safe_load(report)["msg"].splitlines())


LAB, PODMAN = CHECKOUT / "inventories" / "lab", CHECKOUT / "inventories" / "podman"


@pytest.mark.parametrize("inventories", [(LAB, PODMAN), (VAGRANT / "hosts.yml",)], ids=["podman", "vagrant"])
def test_inventory_is_accepted(tmp_path: pathlib.Path, inventories: tuple[pathlib.Path, ...]) -> None:
    """Nothing is wrong but the interfaces: this machine has others."""
    lines = mistakes(tmp_path, inventories)
    assert any("ha_networks.cluster.interface of host node1 is" in line for line in lines)
    assert [line for line in lines if not re.search("which it lacks; it has|has no such interface", line)] == []
    assert "ha_service_ports" in " ".join(mistakes(tmp_path, inventories, ha_service_ports=["none"]))


def test_site_on_containers_is_that_of_the_lab_without_fencing() -> None:
    lab, podman = variables_of(LAB), variables_of(LAB, PODMAN)
    assert {name for name in podman if podman[name] != lab.get(name)} == {
        "ha_fence_virt_domains",
        "ha_hypervisors",
        "ha_properties",
        "ha_roles",
        "ha_verify_fencing",
    }
    assert set(podman["ha_roles"]) == ROLES - {"fence_virt"}
    assert podman["ha_properties"] == {**lab["ha_properties"], "stonith-enabled": False}


def test_cluster_on_virtual_machines_is_that_of_the_lab() -> None:
    lab, vagrant = (load(path / "group_vars" / "all" / "cluster.yml") for path in (LAB, VAGRANT))
    assert {name for name in vagrant if vagrant[name] != lab.get(name)} == {
        "ha_fence_virt_interface",
        "ha_firewall_rules",
        "ha_networks",
        "ha_storage_device",
        "vagrant_interfaces",
    }
    assert set(lab) <= set(vagrant)
    assert [(name, network["subnet"]) for name, network in vagrant["ha_networks"].items()] == [
        (name, network["subnet"]) for name, network in lab["ha_networks"].items()
    ]


def test_interfaces_are_in_the_order_in_which_the_machines_get_their_networks() -> None:
    """Vagrant's own network is the first. Each machine gets the others in the order of its addresses."""
    cluster = load(VAGRANT / "group_vars" / "all" / "cluster.yml")
    assert [network["interface"] for network in cluster["ha_networks"].values()] == [
        f"{{{{ vagrant_interfaces[{number}] }}}}" for number in (1, 2, 3)
    ]
    for addresses in cluster["ha_nodes"].values():
        assert list(addresses) == list(cluster["ha_networks"])
        for network, address in addresses.items():
            assert ipaddress.ip_address(address) in ipaddress.ip_network(cluster["ha_networks"][network]["subnet"])


def test_vagrantfile_reads_names_that_the_inventory_has() -> None:
    cluster = load(VAGRANT / "group_vars" / "all" / "cluster.yml")
    read = set(re.findall(r'CLUSTER\["(\w+)"\]', VAGRANTFILE))
    assert read == {"ha_networks", "ha_nodes", "ha_fence_virt_domains"}
    assert read <= set(cluster)
    assert list(cluster["ha_nodes"]) == list(cluster["ha_fence_virt_domains"])
    hosts = load(VAGRANT / "hosts.yml")
    assert list(hosts["cluster"]["hosts"]) == ["node[1:3]"]
    assert list(cluster["ha_nodes"]) == ["node1", "node2", "node3"]
    assert cluster["ha_hypervisors"] == list(hosts["hypervisors"]["hosts"])
    assert "ha_nodes[inventory_hostname]['management']" in hosts["cluster"]["vars"]["ansible_host"]


def test_vagrantfile_and_inventory_mean_the_same_disk_and_the_same_bridge() -> None:
    cluster = load(VAGRANT / "group_vars" / "all" / "cluster.yml")
    (serial,) = re.findall(r'serial: "(\w+)"', VAGRANTFILE)
    assert cluster["ha_storage_device"] == f"/dev/disk/by-id/virtio-{serial}"
    (bridge,) = re.findall(r'<bridge name="([^"]+)"', VAGRANTFILE)
    assert cluster["ha_fence_virt_interface"] == bridge.replace("#{network}", "cluster")
    assert all(len(bridge.replace("#{network}", network)) <= 15 for network in cluster["ha_networks"])


def test_vagrantfile_names_each_variable_of_the_environment_that_its_page_lists() -> None:
    page = (VAGRANT / "README.md").read_text()
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", page, flags=re.MULTILINE))
    (interfaces,) = re.findall(
        r"'ansible\.builtin\.env', '(\w+)'", (VAGRANT / "group_vars/all/cluster.yml").read_text()
    )
    assert listed == {*re.findall(r'ENV\["(\w+)"\]', VAGRANTFILE), interfaces}


def test_machines_of_vagrant_and_their_keys_stay_out_of_the_repository_and_of_the_tarball() -> None:
    assert "/inventories/vagrant/.vagrant/" in (CHECKOUT / ".gitignore").read_text().splitlines()
    assert "inventories/vagrant/.vagrant" in load(CHECKOUT / "galaxy.yml")["build_ignore"]


# --- the row ---------------------------------------------------------------------------------------------------------

ROW = results.Row(
    date="2026-11-30",
    machines="containers",
    image="docker.io/library/debian:12",
    distribution="Debian 12.14",
    python="3.11",
    pcs="0.11.5",
    pacemaker="2.1.5",
    corosync="3.1.7",
    ansible_core="2.19.14",
    steps={"check mode": "passed", "first run": "passed", "second run": "failed", "verify": "not run"},
)
LINE = (
    "| 2026-11-30 | containers | docker.io/library/debian:12 | Debian 12.14 | 3.11 | 0.11.5 | 2.1.5 | 3.1.7 | 2.19.14"
    " | check mode, first run | second run: failed, verify: not run |"
)


def test_row_in_the_table() -> None:
    assert results.line(ROW) == LINE
    empty = results.Row("2026-11-30", "containers", "a|b")
    assert results.line(empty) == (
        "| 2026-11-30 | containers | a/b | unknown | unknown | unknown | unknown | unknown | unknown | none | none |"
    )


def test_row_is_kept_and_shown_as_it_was(tmp_path: pathlib.Path) -> None:
    path = results.write(ROW, tmp_path / "rows")
    assert path.name == "containers-docker.io-library-debian-12.json"
    assert results.read(path) == ROW
    script = CHECKOUT / "tests" / "integration" / "elsewhere" / "results.py"
    run = subprocess.run([sys.executable, str(script), str(path)], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [*results.HEADER, LINE]


def test_table_is_sorted_by_distribution_and_image() -> None:
    rows = [
        results.Row("2026-11-30", "containers", image, name) for name, image in (("B", "b"), ("A", "z"), ("A", "y"))
    ]
    assert [line.split(" | ")[2] for line in results.table(rows).splitlines()[2:]] == ["y", "z", "b"]


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("0.11.5\n", "0.11.5"),
        ("Pacemaker 2.1.5-8\nWritten by Andrew Beekhof\n", "2.1.5-8"),
        ("Corosync Cluster Engine, version '3.1.7'\nCopyright (c) 2006-2021 Red Hat, Inc.\n", "3.1.7"),
        ("Pacemaker 3.0.1-3.el10\n", "3.0.1-3.el10"),
        ("", "unknown"),
    ],
)
def test_version_in_what_a_program_says(said: str, version: str) -> None:
    assert machines.version(said) == version


def test_facts_of_a_node() -> None:
    said = {
        "ansible_facts": {
            "ansible_distribution": "AlmaLinux",
            "ansible_distribution_version": "10.1",
            "ansible_python": {"version": {"major": 3, "minor": 12, "micro": 9}},
        },
        "changed": False,
    }
    assert machines.facts(f"node1 | SUCCESS => {json.dumps(said)}\n") == {
        "distribution": "AlmaLinux 10.1",
        "python": "3.12",
    }
    assert machines.facts("node1 | UNREACHABLE! => {'unreachable': true}") == {}


def test_interfaces_of_a_virtual_machine() -> None:
    found = {"lo": "127.0.0.1", "ens5": "192.0.2.9", "ens6": "192.0.2.65", "ens7": "192.0.2.129", "ens8": "192.0.2.193"}
    said = json.dumps([{"ifname": name, "addr_info": [{"local": address}]} for name, address in found.items()])
    assert machines.interfaces(said, ["192.0.2.193", "192.0.2.65", "192.0.2.129"]) == "ens5 ens8 ens6 ens7"


def test_each_step_is_the_mark_of_one_test() -> None:
    folder = CHECKOUT / "tests" / "integration" / "elsewhere"
    marked = {
        path.name: re.findall(r'^@pytest\.mark\.step\("([\w ]+)"\)\ndef test_', path.read_text(), flags=re.MULTILINE)
        for path in folder.glob("test_*.py")
    }
    assert marked == {"test_platform.py": list(results.STEPS), "test_platform_fencing.py": [results.FENCING]}


def test_only_role_iptables_asks_for_modules_of_the_kernel() -> None:
    """Containers have their host's kernel, so the tests overrule this variable; it has to exist."""
    assert set(machines.NO_KERNEL_PACKAGES) <= set(load(CHECKOUT / "roles" / "iptables" / "vars" / "RedHat.yml"))


# --- the page and the workflow ---------------------------------------------------------------------------------------


def matrix(job: str) -> list[str]:
    workflow = load(CHECKOUT / ".github" / "workflows" / "distributions.yml")
    (entries,) = workflow["jobs"][job]["strategy"]["matrix"].values()
    return t.cast("list[str]", entries)


def test_workflow_runs_all_platforms_of_the_roles_and_ubuntu_with_the_old_pcs() -> None:
    platforms = load(CHECKOUT / "roles" / "cluster" / "meta" / "main.yml")["galaxy_info"]["platforms"]
    assert {
        f"{entry['name'].lower()} {RELEASES.get(version, version)}"
        for entry in platforms
        for version in entry["versions"]
    } == {"debian 12", "debian 13", "ubuntu 24.04", "el 9", "el 10", "fedora all"}
    names = {image.rpartition("/")[2] for image in matrix("containers")}
    assert names == {
        *("almalinux:9", "almalinux:10", "centos:stream9", "centos:stream10", "fedora:latest"),
        *("ubuntu:22.04", "ubuntu:24.04", "debian:12", "debian:13"),
    }
    virtual = {re.sub(r"(fedora)-\d+", r"\1:latest", name) for name in matrix("machines")}
    assert virtual == {name.replace(":", "-").replace("stream", "") if "fedora" not in name else name for name in names}


def test_page_has_the_table_of_results_and_names_the_images() -> None:
    section = PAGE[PAGE.index("## Run it on your own machines") :]
    assert "\n".join(results.HEADER) in section
    rows = section.partition(results.HEADER[1] + "\n")[2].partition("\n\n")[0].splitlines()
    assert rows
    for row in rows:
        date, kind, *_others = (cell.strip() for cell in row.strip("|").split("|"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)
        assert kind in {each.kind for each in machines.KINDS.values()}
        assert len(row.split(" | ")) == len(results.HEADER[0].split(" | "))
    for image in matrix("containers"):
        assert f"`{image}`" in section
