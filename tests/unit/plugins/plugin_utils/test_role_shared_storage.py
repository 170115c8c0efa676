# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role shared_storage: what it requires of its input and of the disk, and what it does with that."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.host import Host
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.shared_storage import (
    Cluster,
    Filling,
    Plan,
    plan,
    plan_cluster,
    plan_disk,
    plan_filling,
    plan_making,
    plan_obstacles,
    plan_place,
    plan_staging,
    problems,
)

VALUES: dict[str, Any] = {
    "ha_nodes": ["n1", "n2"],
    "ha_storage_device": "/dev/vdb",
    "ha_storage_mount_point": "/srv/data",
    "ha_storage_label": "shared",
    "ha_storage_initial_content": [{"path": "a/.b/c..d", "content": ""}],
    "ha_storage_initial_directory": "",
}
STORAGE: dict[str, Any] = {
    "device": "/dev/vdb",
    "layout": "disk",
    "volume_group": "group",
    "logical_volume": "volume",
    "filesystem": "xfs",
    "label": "shared",
    "mount_point": "/srv/data",
    "has_content": True,
    "selinux": {"status": "disabled"},
}
SELINUX = {"selinux": {"status": "enabled"}}
NODES = ["n1", "n2", "n3"]
THERE = {"exists": True, "type": "file", "owner": "root", "group": "root", "mode": "0755"}
MISSING = {"exists": False}
PROGRAMS = ("mkfs.xfs", "modprobe", "parted", "lvm", "semanage")


def storage(layout: str = "disk", **given: Any) -> dict[str, Any]:
    return {**STORAGE, "layout": layout, **given}


def found(**given: Any) -> dict[str, Any]:
    """The disk with the file system that the role has made and filled, on a node with all that it should have."""
    return {
        "exists": True,
        "types": ["xfs"],
        "uuid": "uuid-1",
        "label": "shared",
        "blank": False,
        "unfinished": False,
        "description": "signatures of xfs",
        "size": 1024,
        "serial": "serial-1",
        "mount_points": [],
        "fstab": [],
        "files": {f"/usr/sbin/{name}": THERE for name in PROGRAMS} | {"/srv/data": {**THERE, "type": "directory"}},
        "changed": False,
        "failed": False,
        **given,
    }


def blank(**given: Any) -> dict[str, Any]:
    return found(**{"types": [], "uuid": "", "label": "", "blank": True, "description": "nothing", **given})


def absent() -> dict[str, Any]:
    return blank(exists=False, blank=False, size=0, serial="", description="no block device")


# --- the input -------------------------------------------------------------------------------------------------------


def test_good_input_has_no_problems() -> None:
    host = Host("n1", is_directory=lambda path: path == "/srv/content")
    for values in ({}, {"ha_storage_initial_directory": "/srv/content"}, {"ha_storage_initial_content": []}):
        assert list(problems({**VALUES, **values}, host)) == []


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("ha_nodes", [], "ha_nodes is empty; name the cluster's nodes there."),
        ("ha_storage_device", "vdb", "ha_storage_device is vdb; give the path of a disk below /dev."),
        ("ha_storage_device", "/dev/", "ha_storage_device is /dev/; give the path of a disk below /dev."),
        ("ha_storage_device", None, "ha_storage_device is None; give the path of a disk below /dev."),
        *(
            (
                "ha_storage_mount_point",
                path,
                f"ha_storage_mount_point is {path}; give an absolute path without a slash at its end, other than /.",
            )
            for path in ("srv", "/srv/", "/")
        ),
        *(
            (
                "ha_storage_label",
                label,
                f'ha_storage_label is "{label}"; give 1 to 12 letters, digits, dots, dashes or underscores, other than'
                ' "unfilled".',
            )
            for label in ("", "a b", "thirteen-long", "unfilled")
        ),
        *(
            (
                "ha_storage_initial_content",
                [{"path": path, "content": ""}],
                "ha_storage_initial_content has a path that is not a plain path below the mount point; write it like"
                " mirror/README.txt.",
            )
            for path in ("", "/a", "a/", "a//b", "./a", "..", "a/../b", "a/.")
        ),
        (
            "ha_storage_initial_directory",
            "/nowhere",
            "ha_storage_initial_directory is /nowhere, which is not a directory on the controller; correct it or leave"
            " it empty.",
        ),
    ],
)
def test_each_mistake_is_named(name: str, value: Any, text: str) -> None:
    assert list(problems({**VALUES, name: value}, Host("n1", is_directory=lambda _path: False))) == [text]


# --- the disk --------------------------------------------------------------------------------------------------------


def disk_problems(own: dict[str, Any], others: dict[str, Any] | None = None, **given: Any) -> list[str]:
    """What is wrong with the disk of n1 beside those of the OTHERS in the play."""
    return plan_disk(own, storage=storage(**given), host="n1", nodes=NODES, looks={"n1": own, **(others or {})})


@pytest.mark.parametrize(
    ("layout", "types"),
    [("disk", ["xfs"]), ("partition", ["PMBR", "gpt"]), ("partition", ["gpt"]), ("lvm", ["LVM2_member"])],
)
def test_disk_may_be_blank_or_have_what_the_role_puts_there(layout: str, types: list[str]) -> None:
    assert disk_problems(blank(), layout=layout) == []
    assert disk_problems(found(types=types), layout=layout) == []


@pytest.mark.parametrize(
    ("layout", "types"),
    [("disk", ["ext4"]), ("disk", ["dos", "xfs"]), ("disk", []), ("partition", ["xfs"]), ("lvm", ["gpt"])],
)
def test_disk_with_anything_else_is_refused(layout: str, types: list[str]) -> None:
    assert disk_problems(found(types=types, description="something else"), layout=layout) == [
        "ha_storage_device /dev/vdb of host n1 is not blank: it holds something else. Nothing is ever overwritten. If"
        f" that is the wrong disk, correct ha_storage_device; if ha_storage_layout ({layout}) is not what the disk has,"
        ' correct that; if what is on the disk is not needed, blank it on one node with "wipefs --all /dev/vdb" and "dd'
        ' if=/dev/zero of=/dev/vdb bs=1M count=1".',
    ]


def test_disk_that_is_not_there_is_refused() -> None:
    assert disk_problems(absent(), {"n2": found()}) == [
        "ha_storage_device is /dev/vdb, and host n1 has no such block device. Attach the shared disk to every node, or"
        " correct ha_storage_device.",
    ]
    assert disk_problems(found(), {"n2": absent()}) == []  # n2 says so


def test_entries_of_fstab_are_refused() -> None:
    assert disk_problems(found(fstab=["/dev/vdb /a xfs", "/dev/vdc /srv/data xfs"])) == [
        '/etc/fstab of host n1 has "/dev/vdb /a xfs", "/dev/vdc /srv/data xfs". Only the cluster may mount'
        " ha_storage_device (/dev/vdb) and use ha_storage_mount_point (/srv/data), or two nodes write to it at once."
        " Remove the entry.",
    ]


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({"size": 2048}, "it has 1024 bytes, elsewhere 1024, 2048."),
        ({"serial": "serial-2"}, "its serial number is serial-1, and there are serial-1, serial-2."),
        ({"uuid": ""}, 'it holds the file system "uuid-1", and there are "uuid-1", "".'),
        ({"uuid": "uuid-2"}, 'it holds the file system "uuid-1", and there are "uuid-1", "uuid-2".'),
    ],
)
def test_nodes_have_to_see_one_disk(other: dict[str, Any], text: str) -> None:
    start = "ha_storage_device /dev/vdb is not the same disk on all nodes: on host n1 "
    assert disk_problems(found(), {"n2": found(**other)}) == [f"{start}{text} Correct ha_storage_device."]


def test_only_nodes_that_have_a_disk_with_a_serial_number_are_compared() -> None:
    other = found(size=1, serial="serial-2", uuid="uuid-2")
    assert disk_problems(found(), {"n2": found(serial=""), "n4": other}) == []
    assert disk_problems(found(), {"n2": {"skipped": True}}) == []


# --- a node ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layout", "device", "place"),
    [
        ("disk", "/dev/vdb", "/dev/vdb"),
        ("partition", "/dev/vdb", "/dev/vdb1"),
        ("partition", "/dev/nvme0n1", "/dev/nvme0n1p1"),
        ("partition", "/dev/disk/by-id/virtio-1", "/dev/disk/by-id/virtio-1-part1"),
        ("lvm", "/dev/vdb", "/dev/group/volume"),
    ],
)
def test_place_of_the_file_system(layout: str, device: str, place: str) -> None:
    assert plan_place(storage(layout, device=device)).device == place


@pytest.mark.parametrize(
    ("given", "label"),
    [({}, "unfilled"), ({"has_content": False}, "shared"), ({"has_content": False, **SELINUX}, "unfilled")],
)
def test_file_system_that_has_to_be_filled_is_labelled_so(given: dict[str, Any], label: str) -> None:
    place = plan_place(storage(**given))
    assert (place.label, place.unfilled) == (label, "unfilled")


@pytest.mark.parametrize(
    ("layout", "values"),
    [
        ("disk", "@value='/dev/vdb' or @value='/srv/data'"),
        ("partition", "@value='/dev/vdb' or @value='/dev/vdb1' or @value='/srv/data'"),
        ("lvm", "@value='/dev/vdb' or @value='/dev/group/volume' or @value='/srv/data' or @value='group'"),
    ],
)
def test_resources_that_use_the_storage_are_found_by_any_of_its_names(layout: str, values: str) -> None:
    assert plan_place(storage(layout)).users == f"//primitive//nvpair[{values}]"


NO_FILES = dict.fromkeys([f"/usr/sbin/{name}" for name in PROGRAMS] + ["/srv/data"], MISSING)


@pytest.mark.parametrize(
    ("given", "programs", "packages"),
    [
        ({}, (), ()),
        ({"layout": "partition"}, ("parted",), ("parted",)),
        ({"layout": "lvm"}, ("lvm",), ("lvm2",)),
        (SELINUX, ("semanage",), ("policycoreutils-python-utils",)),
        ({"selinux": False}, (), ()),
    ],
)
def test_programs_and_packages(given: dict[str, Any], programs: tuple[str, ...], packages: tuple[str, ...]) -> None:
    needed = ("/usr/sbin/mkfs.xfs", "/usr/sbin/modprobe", *(f"/usr/sbin/{name}" for name in programs))
    assert plan_place(storage(**given)).files == (*needed, "/srv/data")
    made = plan(blank(files=NO_FILES), storage=storage(**given), nodes=NODES, play_hosts=NODES)
    assert made.packages == ("xfsprogs", "kmod", *packages)
    assert "install" in made.due


def planned(look: dict[str, Any], **given: Any) -> tuple[str, ...]:
    return plan(look, storage=storage(**given), nodes=NODES, play_hosts=NODES).due


def test_nothing_is_due_on_a_filled_disk() -> None:
    assert plan(found(), storage=storage(), nodes=NODES, play_hosts=["n4", "n3", "n2"]) == Plan((), (), "n2")


@pytest.mark.parametrize(
    ("look", "steps"),
    [
        (found(files={**found()["files"], "/usr/sbin/modprobe": MISSING}), ("install",)),
        (found(files={**found()["files"], "/usr/sbin/lvm": MISSING}), ()),
        (found(files={**found()["files"], "/srv/data": MISSING}), ("mount_point",)),
        (found(files={**found()["files"], "/srv/data": THERE}), ("mount_point",)),
        (found(files={**found()["files"], "/srv/data": {**THERE, "mode": "0700"}}), ("mount_point",)),
        # What is mounted there covers it.
        (found(files={**found()["files"], "/srv/data": THERE}, mount_points=["/srv/data"]), ()),
        (blank(), ("filesystem",)),
        (found(label="unfilled"), ("filesystem",)),
        (found(unfinished=True), ("filesystem",)),
        (blank(files=NO_FILES), ("install", "mount_point", "filesystem")),
    ],
)
def test_steps_with_something_to_do(look: dict[str, Any], steps: tuple[str, ...]) -> None:
    assert planned(look) == steps


def test_modules_look_for_themselves_where_the_disk_does_not_tell_all() -> None:
    assert planned(found(types=["gpt"]), layout="partition") == ("partition", "filesystem")
    assert planned(found(types=["LVM2_member"]), layout="lvm") == ("volume_group", "filesystem")
    assert planned(found(), **SELINUX) == ("selinux_type",)


# --- the file system -------------------------------------------------------------------------------------------------


def making(look: dict[str, Any], host: str = "n1", **given: Any) -> Any:
    return plan_making(look, storage=storage(**given), host=host, primary="n1")


@pytest.mark.parametrize(
    ("look", "host", "steps"),
    [
        (blank(), "n1", ("make",)),
        (blank(), "n2", ()),
        (found(unfinished=True), "n1", ("make",)),
        (found(), "n1", ()),
        (absent(), "n1", ()),
        (found(types=["ext4"]), "n1", ("refuse",)),
        (found(types=["dos", "xfs"]), "n2", ("refuse",)),
        (found(types=[]), "n1", ("refuse",)),
        (found(types=["ext4"], unfinished=True), "n1", ("refuse",)),
    ],
)
def test_file_system_is_made_once_and_over_nothing(look: dict[str, Any], host: str, steps: tuple[str, ...]) -> None:
    made = making(look, host)
    assert made.due == steps
    assert bool(made.refusal) == ("refuse" in steps)


def test_what_is_there_is_told() -> None:
    assert making(found(types=["ext4"], description="signatures of ext4"), layout="lvm").refusal == (
        "/dev/group/volume of host n1 holds signatures of ext4, which is never overwritten. Correct ha_storage_device"
        ' or ha_storage_layout; or, if it is not needed, blank it on one node with "wipefs --all /dev/group/volume" and'
        ' "dd if=/dev/zero of=/dev/group/volume bs=1M count=1".'
    )


def test_only_an_unfinished_file_system_is_made_by_force() -> None:
    made = making(blank(), layout="partition")
    assert made.command == ("mkfs.xfs", "-q", "-L", "unfilled", "/dev/vdb1")
    assert made.announcement == ("Would make the file system xfs on /dev/vdb1 and copy the initial content onto it")
    made = making(found(unfinished=True), has_content=False)
    assert made.command == ("mkfs.xfs", "-q", "-L", "shared", "-f", "/dev/vdb")
    assert made.announcement == "Would make the file system xfs on /dev/vdb"


def filling(
    look: dict[str, Any],
    host: str = "n1",
    *,
    primary: dict[str, Any] | None = None,
    check_mode: bool = False,
    layout: str = "disk",
) -> Filling:
    """What is due on HOST, with LOOK there and PRIMARY on the node n1."""
    looks = {} if primary is None else {"n1": primary}
    return plan_filling(look, storage=storage(layout), host=host, primary="n1", looks=looks, check_mode=check_mode)


NEW = found(label="unfilled")


def test_primary_fills_a_new_file_system() -> None:
    assert filling(NEW, primary=NEW) == Filling(("fill",), "")
    assert filling(found(), primary=found()) == Filling((), "")
    assert filling(NEW, "n2", primary=NEW) == Filling((), "")
    assert filling(NEW, primary=NEW, check_mode=True) == Filling((), "")


def test_primary_hands_over_a_volume_group_that_is_not_in_use() -> None:
    used, gone = found(mount_points=["/srv/data"]), absent()
    assert filling(NEW, primary=NEW, layout="lvm").due == ("fill", "hand_over")
    assert filling(found(), primary=found(), layout="lvm").due == ("hand_over",)
    assert filling(found(), "n2", primary=found(), layout="lvm").due == ()
    assert filling(found(), primary=found(), layout="lvm", check_mode=True).due == ()
    assert filling(used, primary=used, layout="lvm").due == ()
    assert filling(gone, primary=gone, layout="lvm").due == ()


def test_file_system_has_to_be_the_same_on_all_nodes() -> None:
    made = filling(found(uuid="uuid-2"), "n2", primary=found())
    assert made == Filling(
        ("refuse",),
        "ha_storage_device /dev/vdb is not the same disk on all nodes: host n1 has the file system"
        ' "uuid-1" there, host n2 has "uuid-2". Attach one disk to all nodes, or correct ha_storage_device.',
    )
    assert filling(found(), "n2", primary={"failed": True}).due == ("refuse",)
    assert filling(absent(), "n2", primary=absent(), check_mode=True).due == ()


def test_volume_group_shows_on_one_node_only_and_a_node_that_failed_before_shows_nothing() -> None:
    assert filling(absent(), "n2", primary=found(), layout="lvm").due == ()
    assert filling(found(), "n2").due == ()


@pytest.mark.parametrize(
    ("rc", "use"), [(0, "manages"), (105, "ignores"), (102, "unknown"), (127, "unknown"), (1, ""), (113, "")]
)
def test_answers_of_the_cluster(rc: int, use: str) -> None:
    look: dict[str, Any] = {"packages": {}, "units": {}, "files": {}, "texts": {}, "closed": []}
    answer = {"resources": {"rc": rc, "stdout": "", "stderr": "No."}}
    refusal = (
        "The cluster on host n1 can't tell whether it uses /dev/vdb, so the disk stays as it is. Correct the error of"
        " cibadmin and run again: No."
    )
    made = plan_cluster({**look, "commands": answer}, device="/dev/vdb", host="n1")
    assert made == Cluster(use, "" if use else refusal)


@pytest.mark.parametrize(
    ("use", "texts"),
    [
        ("ignores", []),
        ("manages", ["the cluster has a resource for it"]),
        ("unknown", ["n3, which could have it mounted, is not in this run"]),
    ],
)
def test_what_keeps_the_file_system_from_being_filled(use: str, texts: list[str]) -> None:
    def told(looks: dict[str, Any]) -> list[str]:
        return plan_obstacles(use, nodes=NODES, play_hosts=["n1", "n2"], looks=looks)

    mounted = found(mount_points=["/mnt"])
    assert told({"n1": found(), "n2": found()}) == texts
    assert told({"n1": found(), "n2": mounted, "n4": mounted}) == ["it is mounted on n2", *texts]


def test_content_is_staged_below_one_directory() -> None:
    content = [{"path": "a/b", "content": "1"}, {"path": "a/c", "content": "2"}, {"path": "d", "content": "3"}]
    made = plan_staging(content, path="/hidden", owner="mysql", group="db", mode="0750")
    base = {"/hidden": {"mode": "0700"}, "/hidden/root": {"owner": "mysql", "group": "db", "mode": "0750"}}
    assert made.base == base
    assert made.directories == {**base, "/hidden/root/a": {}}
    assert made.files == {
        "/hidden/root/a/b": {"content": "1"},
        "/hidden/root/a/c": {"content": "2"},
        "/hidden/root/d": {"content": "3"},
    }
