# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""block_device: signatures, mounts, fstab, blankness."""

from __future__ import annotations

import os
import subprocess

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host import block_device
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import CommandResult

XFS = """{
   "signatures": [
      {"device": "vdb", "offset": "0x0", "type": "xfs",
       "uuid": "a265ea51-1bca-40be-a176-9bc53cf49045", "label": "shared"}
   ]
}"""
GPT = """{
   "signatures": [
      {"device": "vdb", "offset": "0x200", "type": "gpt", "uuid": null, "label": null},
      {"device": "vdb", "offset": "0x18ffffe00", "type": "gpt", "uuid": null, "label": null},
      {"device": "vdb", "offset": "0x1fe", "type": "PMBR", "uuid": null, "label": null}
   ]
}"""
NONE = '{\n   "signatures": [\n\n   ]\n}\n'

MOUNTINFO = """\
22 1 0:20 / / rw,relatime - overlay overlay rw
98 22 7:3 / /var/www/mirror rw,relatime shared:5 - xfs /dev/vdb rw,attr2
99 22 7:31 / /elsewhere rw,relatime - xfs /dev/loop31 rw
100 22 7:3 / /mnt/with\\040space rw,relatime - xfs /dev/vdb rw
"""
FSTAB = """\
# /dev/vdb /commented xfs defaults 0 0
UUID=A265EA51-1bca-40be-a176-9bc53cf49045  /srv  xfs  defaults  0 0
/dev/vda1 / ext4 defaults 0 1
/dev/vdc /var/www/mirror/ ext4 noauto 0 0
"""


class FakeWipefs:
    def __init__(self, stdout: str = NONE, rc: int = 0, stderr: str = "") -> None:
        self.result = CommandResult(rc, stdout, stderr)
        self.commands: list[list[str]] = []

    def run(self, argv, stdin=None, environment=None):
        self.commands.append(argv)
        return self.result

    def find(self, name):
        return name

    def warn(self, message):
        raise AssertionError(message)


@pytest.fixture
def disk(tmp_path):
    path = tmp_path / "disk"
    path.write_bytes(bytes(2 * block_device.BLANK_SIZE))
    return path


@pytest.mark.parametrize(
    ("text", "types"),
    [(XFS, ("xfs",)), (GPT, ("PMBR", "gpt")), (NONE, ()), ("", ())],
    ids=["xfs", "gpt", "none", "empty"],
)
def test_signatures(text, types):
    assert block_device.Contents(block_device.parse_signatures(text)).types == types


def test_signature_has_uuid_and_label():
    (signature,) = block_device.parse_signatures(XFS)
    assert signature == block_device.Signature("xfs", "a265ea51-1bca-40be-a176-9bc53cf49045", "shared")


def test_mount_points_of_this_device_only():
    assert block_device.parse_mount_points(MOUNTINFO, 7, 3) == ["/mnt/with space", "/var/www/mirror"]
    assert block_device.parse_mount_points(MOUNTINFO, 7, 4) == []


def test_fstab_by_uuid_in_any_case_and_by_mount_point():
    names = block_device.aliases("/dev/vdb", block_device.parse_signatures(XFS))
    found = block_device.find_fstab_entries(FSTAB, names=names, mount_point="/var/www/mirror")
    assert [line.split()[1] for line in found] == ["/srv", "/var/www/mirror/"]


def test_fstab_without_entry():
    assert block_device.find_fstab_entries(FSTAB, names={"/dev/vdb"}, mount_point=None) == []


def test_blank(disk):
    contents = block_device.read_contents(str(disk), FakeWipefs())
    assert contents.blank
    assert contents.description == "nothing"


def test_data_without_signature_is_not_blank(disk):
    with disk.open("r+b") as stream:
        stream.seek(700_000)
        stream.write(b"data")
    contents = block_device.read_contents(str(disk), FakeWipefs())
    assert not contents.blank
    assert contents.description == "data without any known signature"


def test_signature_is_not_blank_wherever_it_is(disk):
    contents = block_device.read_contents(str(disk), FakeWipefs(GPT))
    assert not contents.blank
    assert contents.description == "signatures of PMBR, gpt"


@pytest.mark.parametrize(("byte", "unfinished"), [(b"\0", False), (b"\1", True)])
def test_interrupted_mkfs(disk, byte, unfinished):
    with disk.open("r+b") as stream:
        stream.write(b"XFSB")
        stream.seek(block_device.XFS_IN_PROGRESS_OFFSET)
        stream.write(byte)
    assert block_device.read_contents(str(disk), FakeWipefs(XFS)).unfinished is unfinished


@pytest.mark.parametrize(
    ("runner", "message"),
    [
        (FakeWipefs(rc=127), "wipefs is missing"),
        (FakeWipefs(rc=1, stderr="wipefs: error: I/O"), "can't be read: wipefs: error: I/O"),
        (FakeWipefs(stdout="no json"), "can't be read"),
    ],
)
def test_unreadable(disk, runner, message):
    with pytest.raises(ClusterError, match=message):
        block_device.read_contents(str(disk), runner)


def test_never_lets_wipefs_act(disk):
    runner = FakeWipefs()
    block_device.read_contents(str(disk), runner)
    assert runner.commands == [["wipefs", "--no-act", "--json", str(disk)]]


def test_size_and_number_of_what_is_no_device(disk, tmp_path):
    assert block_device.read_size(str(disk)) == 2 * block_device.BLANK_SIZE
    assert block_device.device_number(str(disk)) is None
    assert block_device.device_number(str(tmp_path / "missing")) is None


def test_serial_is_the_first_that_is_not_empty(tmp_path):
    directory = tmp_path / "253:16"
    (directory / "device").mkdir(parents=True)
    (directory / "serial").write_text("\n")
    (directory / "device" / "wwid").write_text("naa.6001405\n")
    assert block_device.read_serial(253, 16, str(tmp_path)) == "naa.6001405"
    assert block_device.read_serial(253, 17, str(tmp_path)) == ""


def test_real_xfs_is_finished(tmp_path):
    """The offset of the flag, and what wipefs prints, are what this code believes."""
    image = tmp_path / "image"
    with image.open("wb") as stream:
        os.truncate(stream.fileno(), 400 * 1024 * 1024)
    subprocess.run(["mkfs.xfs", "-q", "-L", "unfilled", str(image)], check=True)
    flag = subprocess.run(
        ["xfs_db", "-r", "-c", "sb 0", "-c", "addr", "-c", "print inprogress", str(image)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "inprogress = 0" in flag.stdout

    class Real(FakeWipefs):
        def run(self, argv, stdin=None, environment=None):
            done = subprocess.run(argv, check=False, capture_output=True, text=True)
            return CommandResult(done.returncode, done.stdout, done.stderr)

    contents = block_device.read_contents(str(image), Real())
    assert (contents.types, contents.signatures[0].label, contents.unfinished) == (("xfs",), "unfilled", False)
    subprocess.run(["xfs_db", "-x", "-c", "sb 0", "-c", "write -d inprogress 1", str(image)], check=True)
    assert block_device.read_contents(str(image), Real()).unfinished
