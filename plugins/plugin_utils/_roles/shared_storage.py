# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions of role shared_storage.

- `plan_place`: the place of the file system, and the needs of its use
- `plan_disk`: the reasons not to use the disk; `plan`: the steps that are due on a node
- `plan_making`, `plan_filling`: the steps that are due with the file system
- `plan_cluster`: the use of the storage by the cluster; `plan_obstacles`: the reasons not to fill the file system
- `plan_staging`: the content for it
"""

from __future__ import annotations

import os.path
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from ansible_collections.quorate.ha_cluster.plugins.module_utils._cluster.node_names import addresses_by_node

from .host import Host
from .look import Look, State, differs

# A file system with this label was made by this role, but not filled yet, or its root has no label of SELinux yet. The
# next run continues an interrupted one from here.
UNFILLED = "unfilled"
MOUNT_POINT: State = {"type": "directory", "owner": "root", "group": "root", "mode": "0755"}
# The meanings of cibadmin's exit codes when it looks for a resource that uses the storage. 102: no cluster runs on
# this node. 127: there is no cibadmin.
ANSWERS = {0: "manages", 105: "ignores", 102: "unknown", 127: "unknown"}

Looks = Mapping[str, State]  # by host


@dataclass(frozen=True)
class Disk:
    """The result of internal_block_device_info, whose documentation has the meanings."""

    exists: bool = False
    types: Sequence[str] = ()
    uuid: str = ""
    label: str = ""
    blank: bool = False
    unfinished: bool = False
    description: str = ""
    size: int = 0
    serial: str = ""
    mount_points: Sequence[str] = ()
    fstab: Sequence[str] = ()
    files: Mapping[str, State] = field(default_factory=dict)

    @classmethod
    def read(cls, result: State) -> Disk:
        """Read the RESULT of the module. That of a module that has failed, or was skipped, has nothing of it."""
        return cls(**{each.name: result[each.name] for each in fields(cls) if each.name in result})


@dataclass(frozen=True)
class Storage:
    """The storage that the role's variables describe. SELINUX: its part of Ansible's facts."""

    device: str
    layout: str
    volume_group: str
    logical_volume: str
    filesystem: str
    label: str
    mount_point: str
    has_content: bool
    selinux: t.Any

    @property
    def has_selinux(self) -> bool:
        return isinstance(self.selinux, Mapping) and self.selinux.get("status") == "enabled"

    @property
    def new_label(self) -> str:
        """The label that a new file system gets."""
        return UNFILLED if self.has_content or self.has_selinux else self.label

    @property
    def place(self) -> str:
        """The block device that has the file system."""
        if self.layout == "lvm":
            return f"/dev/{self.volume_group}/{self.logical_volume}"
        if self.layout == "disk":
            return self.device
        # udev and the kernel put a separator before the partition's number where the disk's name ends in a digit.
        if self.device.startswith("/dev/disk/by-"):
            return f"{self.device}-part1"
        return f"{self.device}p1" if re.search("[0-9]$", self.device) else f"{self.device}1"

    @property
    def signatures(self) -> set[str]:
        """The signatures that the disk may have, because this role puts them there."""
        return {"disk": {self.filesystem}, "partition": {"gpt", "PMBR"}, "lvm": {"LVM2_member"}}[self.layout]

    @property
    def programs(self) -> dict[str, str]:
        """The programs that are needed, each with the package that has it."""
        # The resource agent Filesystem wants modprobe even where nothing is to load.
        needs = {"/usr/sbin/mkfs.xfs": "xfsprogs", "/usr/sbin/modprobe": "kmod"}
        if self.layout == "partition":
            needs["/usr/sbin/parted"] = "parted"
        if self.layout == "lvm":
            needs["/usr/sbin/lvm"] = "lvm2"
        if self.has_selinux:
            needs["/usr/sbin/semanage"] = "policycoreutils-python-utils"
        return needs


# --- the problems of the input and of the disk -----------------------------------------------------------------------


def problems(values: Mapping[str, t.Any], host: Host) -> Iterator[str]:
    """Find the problems of the VALUES of the role's variables, one sentence each."""
    if not addresses_by_node(values["ha_nodes"]):
        yield "ha_nodes is empty; name the cluster's nodes there."
    if not re.match("/dev/.", values["ha_storage_device"] or ""):
        yield f"ha_storage_device is {values['ha_storage_device']}; give the path of a disk below /dev."
    if not re.fullmatch("/.*[^/]", values["ha_storage_mount_point"] or ""):
        yield (
            f"ha_storage_mount_point is {values['ha_storage_mount_point']}; give an absolute path without a slash at"
            " its end, other than /."
        )
    label = values["ha_storage_label"] or ""
    if not re.fullmatch("[A-Za-z0-9_.-]{1,12}", label) or label == UNFILLED:
        yield (
            f'ha_storage_label is "{label}"; give 1 to 12 letters, digits, dots, dashes or underscores, other than'
            f' "{UNFILLED}".'
        )
    if any(re.search("^/|(^|/)[.][.]?(/|$)|//|/$|^$", each["path"]) for each in values["ha_storage_initial_content"]):
        yield (
            "ha_storage_initial_content has a path that is not a plain path below the mount point; write it like"
            " mirror/README.txt."
        )
    directory = values["ha_storage_initial_directory"]
    if directory and not host.is_directory(directory):
        yield (
            f"ha_storage_initial_directory is {directory}, which is not a directory on the controller; correct it or"
            " leave it empty."
        )


def plan_disk(look: State, *, storage: Mapping[str, t.Any], host: str, nodes: Sequence[str], looks: Looks) -> list[str]:
    """List the reasons not to use the disk, by the LOOK at it on HOST, and by the LOOKS on the hosts of the play, of
    which those on NODES count."""
    peers = [disk for disk in (Disk.read(looks[name]) for name in nodes if name in looks) if disk.exists]
    disk, wanted = Disk.read(look), Storage(**storage)
    return [*disk_problems(disk, wanted, host), *peer_problems(disk, peers, wanted, host)]


def disk_problems(disk: Disk, wanted: Storage, host: str) -> Iterator[str]:
    """The reasons not to use the DISK of HOST."""
    device = wanted.device
    if not disk.exists:
        yield (
            f"ha_storage_device is {device}, and host {host} has no such block device. Attach the shared disk to every"
            " node, or correct ha_storage_device."
        )
    elif not disk.blank and not (disk.types and wanted.signatures.issuperset(disk.types)):
        yield (
            f"ha_storage_device {device} of host {host} is not blank: it holds {disk.description}. Nothing is ever"
            " overwritten. If that is the wrong disk, correct ha_storage_device; if ha_storage_layout"
            f" ({wanted.layout}) is not what the disk has, correct that; if what is on the disk is not needed,"
            f' blank it on one node with "wipefs --all {device}" and "dd if=/dev/zero of={device} bs=1M count=1".'
        )
    if disk.fstab:
        entries = '", "'.join(disk.fstab)
        yield (
            f'/etc/fstab of host {host} has "{entries}". Only the cluster may mount ha_storage_device ({device}) and'
            f" use ha_storage_mount_point ({wanted.mount_point}), or two nodes write to it at once. Remove the entry."
        )


def peer_problems(disk: Disk, peers: Sequence[Disk], wanted: Storage, host: str) -> Iterator[str]:
    """The differences between the disks of PEERS, the nodes of the play that have one. DISK is that of HOST."""
    start = f"ha_storage_device {wanted.device} is not the same disk on all nodes: on host {host}"
    end = "Correct ha_storage_device."
    sizes = list(dict.fromkeys(str(peer.size) for peer in peers))
    serials = list(dict.fromkeys(peer.serial for peer in peers if peer.serial))
    uuids = list(dict.fromkeys(peer.uuid for peer in peers))
    if len(sizes) > 1:
        yield f"{start} it has {disk.size} bytes, elsewhere {', '.join(sizes)}. {end}"
    if len(serials) > 1:
        yield f"{start} its serial number is {disk.serial}, and there are {', '.join(serials)}. {end}"
    if len(uuids) > 1:
        listed = '", "'.join(uuids)
        yield f'{start} it holds the file system "{disk.uuid}", and there are "{listed}". {end}'


# --- a node ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """The place of the file system, and the needs of its use.

    - device: the block device that has it
    - label, unfilled: the label of a new one, and of one that is not filled yet
    - files: the paths whose state the role must know
    - users: the XPath of the attributes by which a resource of the cluster uses the storage
    """

    device: str
    label: str
    unfilled: str
    files: tuple[str, ...]
    users: str


def plan_place(storage: Mapping[str, t.Any]) -> Place:
    """Plan the place of the file system in the STORAGE."""
    wanted = Storage(**storage)
    names = [
        wanted.device,
        wanted.place,
        wanted.mount_point,
        *([wanted.volume_group] if wanted.layout == "lvm" else []),
    ]
    values = dict.fromkeys(f"@value='{name}'" for name in names)
    return Place(
        device=wanted.place,
        label=wanted.new_label,
        unfilled=UNFILLED,
        files=(*wanted.programs, wanted.mount_point),
        users=f"//primitive//nvpair[{' or '.join(values)}]",
    )


@dataclass(frozen=True)
class Plan:
    """The steps that are due on a node, and their input.

    - due: the steps: `install`, `partition`, `volume_group`, `mount_point`, `selinux_type`, `filesystem`
    - packages: those that are missing
    - primary: the node that partitions, formats and fills the disk
    """

    due: tuple[str, ...]
    packages: tuple[str, ...]
    primary: str


def plan(look: State, *, storage: Mapping[str, t.Any], nodes: Sequence[str], play_hosts: Sequence[str]) -> Plan:
    """Plan from a LOOK at a node.

    Only of a file system on the whole disk the look at the disk says all; the other layouts have modules of their own,
    which look for themselves, as that of SELinux does.
    """
    disk, wanted = Disk.read(look), Storage(**storage)
    packages = [package for program, package in wanted.programs.items() if not disk.files[program]["exists"]]
    # A file system that is mounted there covers the mount point.
    is_covered = wanted.mount_point in disk.mount_points
    is_filled = list(disk.types) == [wanted.filesystem] and disk.label != UNFILLED and not disk.unfinished
    steps = {
        "install": bool(packages),
        "partition": wanted.layout == "partition",
        "volume_group": wanted.layout == "lvm",
        "mount_point": not is_covered and differs(disk.files[wanted.mount_point], MOUNT_POINT),
        "selinux_type": wanted.has_selinux,
        "filesystem": wanted.layout != "disk" or not is_filled,
    }
    primary = next((name for name in nodes if name in play_hosts), "")
    return Plan(tuple(step for step in steps if steps[step]), tuple(packages), primary)


# --- the file system -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Making:
    """The steps that lead to a file system.

    - due: the steps: `refuse`, `make`
    - refusal: the reason for the step `refuse`
    - command: the command of the step `make`
    - announcement: the text of that step in check mode
    """

    due: tuple[str, ...]
    refusal: str
    command: tuple[str, ...]
    announcement: str


def plan_making(look: State, *, storage: Mapping[str, t.Any], host: str, primary: str) -> Making:
    """Plan from a LOOK at the file system's place on HOST, which check mode may not have made."""
    found, wanted = Disk.read(look), Storage(**storage)
    is_foreign = found.exists and not found.blank and list(found.types) != [wanted.filesystem]
    refusal = (
        f"{wanted.place} of host {host} holds {found.description}, which is never overwritten. Correct"
        " ha_storage_device or ha_storage_layout; or, if it is not needed, blank it on one node with"
        f' "wipefs --all {wanted.place}" and "dd if=/dev/zero of={wanted.place} bs=1M count=1".'
    )
    steps = {
        "refuse": is_foreign,
        "make": not is_foreign and host == primary and found.exists and (found.blank or found.unfinished),
    }
    # -f is for the file system that another mkfs.xfs did not finish.
    force = ["-f"] if found.unfinished else []
    filled = " and copy the initial content onto it" if wanted.new_label == UNFILLED else ""
    return Making(
        tuple(step for step in steps if steps[step]),
        refusal if is_foreign else "",
        ("mkfs.xfs", "-q", "-L", wanted.new_label, *force, wanted.place),
        f"Would make the file system {wanted.filesystem} on {wanted.place}{filled}",
    )


@dataclass(frozen=True)
class Filling:
    """The steps that are due with an existing file system.

    - due: the steps: `refuse`, `fill`, `hand_over`
    - refusal: the reason for the step `refuse`: it is not the same on all nodes
    """

    due: tuple[str, ...]
    refusal: str


def plan_filling(
    look: State, *, storage: Mapping[str, t.Any], host: str, primary: str, looks: Looks, check_mode: bool
) -> Filling:
    """Plan from a LOOK at the file system's place on HOST, and from the LOOKS at it on others, among them the PRIMARY
    that makes it."""
    found, wanted = Disk.read(look), Storage(**storage)
    there = Disk.read(looks[primary]) if primary in looks else found
    # A volume group with a system ID shows on one node only.
    is_other = wanted.layout != "lvm" and found.uuid != there.uuid
    is_writer = host == primary and not check_mode
    refusal = (
        f"ha_storage_device {wanted.device} is not the same disk on all nodes: host {primary} has the file system"
        f' "{there.uuid}" there, host {host} has "{found.uuid}". Attach one disk to all nodes, or correct'
        " ha_storage_device."
    )
    steps = {
        "refuse": is_other,
        "fill": is_writer and found.label == UNFILLED,
        "hand_over": is_writer and wanted.layout == "lvm" and found.exists and not found.mount_points,
    }
    return Filling(tuple(step for step in steps if steps[step]), refusal if is_other else "")


@dataclass(frozen=True)
class Cluster:
    """The use of the storage by the cluster.

    - use: `manages`, `ignores` or `unknown`, where no cluster runs on the node
    - refusal: the reason to stop: the answer is none of these
    """

    use: str
    refusal: str


def plan_cluster(look: State, *, device: str, host: str) -> Cluster:
    """Read the answer of the cluster on HOST about the disk DEVICE."""
    answer = Look.read(look).commands["resources"]
    if answer.rc in ANSWERS:
        return Cluster(ANSWERS[answer.rc], "")
    return Cluster(
        "",
        f"The cluster on host {host} can't tell whether it uses {device}, so the disk stays as it is. Correct the error"
        f" of cibadmin and run again: {answer.stderr}",
    )


def plan_obstacles(use: str, *, nodes: Sequence[str], play_hosts: Sequence[str], looks: Looks) -> list[str]:
    """List the places where the file system is in use, or can be in use unseen, so that the role must not fill it.

    By its USE in the cluster, and by the LOOKS at it on the hosts of the play, of which those on NODES count.
    """
    mounted = [name for name in nodes if name in looks and Disk.read(looks[name]).mount_points]
    unseen = [name for name in nodes if name not in play_hosts] if use == "unknown" else []
    return [
        *(f"it is mounted on {name}" for name in mounted),
        *(["the cluster has a resource for it"] if use == "manages" else []),
        *(f"{name}, which could have it mounted, is not in this run" for name in unseen),
    ]


@dataclass(frozen=True)
class Staging:
    """The content for the file system, beside its place.

    - base: the directory of the content, and the one that hides it
    - directories: these, and those of the files
    - files: the files
    """

    base: dict[str, dict[str, str]]
    directories: dict[str, dict[str, str]]
    files: dict[str, dict[str, str]]


def plan_staging(content: Sequence[Mapping[str, str]], *, path: str, owner: str, group: str, mode: str) -> Staging:
    """Plan where below PATH the files of CONTENT are put. The others are the rights of the file system's top."""
    root = f"{path}/root"
    base = {path: {"mode": "0700"}, root: {"owner": owner, "group": group, "mode": mode}}
    names = dict.fromkeys(os.path.dirname(each["path"]) for each in content)
    return Staging(
        base,
        {**base, **{f"{root}/{name}": {} for name in names if name}},
        {f"{root}/{each['path']}": {"content": each["content"]} for each in content},
    )
