# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No file is readable by others for an instant, and SELinux labels are kept, whoever writes."""

from __future__ import annotations

import errno
import grp
import os
import pathlib
import pwd
import re
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.store import FileStore
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host import private_file
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.key_file import KeyFile
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.key_file import write as write_key
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine_change import make_directory, write_file
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import (
    Access,
    beside,
    keep_label,
    make_folder,
    module_labeller,
    replace_file,
    write_private,
)

PLUGINS = pathlib.Path(private_file.__file__).parents[1]
ME = (pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name)
SECRET = b"secret"


class Module:
    """What is used of AnsibleModule, with SELinux as a policy that knows some paths."""

    check_mode = False

    def __init__(self, policy: t.Mapping[str, str] | None = None, labels: t.Mapping[str, str] | None = None) -> None:
        self.policy, self.labels = policy or {}, dict(labels or {})

    def selinux_enabled(self) -> bool:
        return bool(self.policy)

    def selinux_context(self, path: str) -> list[str]:
        return ["system_u", "object_r", self.labels[path], "s0"]

    def selinux_default_context(self, path: str) -> list[str]:
        return ["system_u", "object_r", self.policy[path], "s0"]

    def set_context_if_different(self, path: str, context: list[str], changed: bool) -> bool:
        assert os.path.exists(path)
        assert os.path.isdir(path) or os.path.getsize(path) == 0, "the label comes before there is anything in it"
        self.labels[path] = context[2]
        return True

    def load_file_common_arguments(self, params: t.Mapping[str, t.Any], path: str) -> dict[str, t.Any]:
        return {**params, "path": path}

    def set_fs_attributes_if_different(self, arguments: t.Mapping[str, t.Any], changed: bool, diff: t.Any) -> bool:
        os.chmod(arguments["path"], int(arguments["mode"], 8))
        return True


def key(path: pathlib.Path) -> KeyFile:
    return KeyFile(str(path), *ME, 0o400, *ME, 0o700, SECRET)


def through_key_file(path: pathlib.Path, module: Module) -> None:
    write_key(key(path), module_labeller(t.cast(t.Any, module)))


def through_machine(path: pathlib.Path, module: Module) -> None:
    if not path.parent.exists():
        make_directory(t.cast(t.Any, module), str(path.parent), {"mode": "0700"})
    write_file(t.cast(t.Any, module), str(path), {"content": SECRET.decode(), "mode": "0600"})


def through_file_store(path: pathlib.Path, _module: Module) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    base = path.read_text() if path.exists() else ""
    store = FileStore(t.cast(t.Any, None), str(path))
    store.read = lambda: t.cast(t.Any, type("Snapshot", (), {"text": base}))  # type: ignore[method-assign]
    store.push(base, SECRET.decode())


def through_private_file(path: pathlib.Path, _module: Module) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_private(str(path), SECRET.decode())


WRITERS = [through_key_file, through_machine, through_file_store, through_private_file]


@pytest.fixture
def watched(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[list[tuple[str, int]]]:
    """All permissions that anything below the folder has had: looked at after each call that can change them."""
    seen: list[tuple[str, int]] = []

    def look() -> None:
        for folder, folders, files in os.walk(tmp_path):
            seen.extend((name, os.lstat(os.path.join(folder, name)).st_mode & 0o777) for name in folders + files)

    def watching(call: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
        def wrapper(*arguments: t.Any, **options: t.Any) -> t.Any:
            result = call(*arguments, **options)
            look()
            return result

        return wrapper

    for name in ("open", "fchmod", "chmod", "fchown", "chown", "mkdir", "replace", "rename", "fsync", "link"):
        monkeypatch.setattr(os, name, watching(getattr(os, name)))
    before = os.umask(0)
    yield seen
    os.umask(before)


@pytest.mark.parametrize("write", WRITERS, ids=lambda writer: writer.__name__)
@pytest.mark.parametrize("again", [False, True], ids=["new", "replaced"])
def test_nothing_is_readable_by_others_for_an_instant(
    write: t.Callable[..., None], again: bool, tmp_path: pathlib.Path, watched: list[tuple[str, int]]
) -> None:
    path = tmp_path / "folder" / "file"
    if again:
        path.parent.mkdir(mode=0o700)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    write(path, Module())
    assert path.read_bytes() == SECRET
    assert [(name, f"{mode:04o}") for name, mode in watched if mode & 0o077] == []
    assert [found.name for found in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("write", [through_key_file, through_machine], ids=lambda writer: writer.__name__)
def test_new_files_and_folders_get_the_label_of_the_policy(
    write: t.Callable[..., None], tmp_path: pathlib.Path
) -> None:
    """A new /etc/cluster would otherwise have the type of /etc."""
    path = tmp_path / "cluster" / "fence_xvm.key"
    module = Module({str(path.parent): "cluster_conf_t", str(path): "cluster_key_t"})
    write(path, module)
    assert module.labels == {str(path.parent): "cluster_conf_t", beside(str(path)): "cluster_key_t"}


@pytest.mark.parametrize("write", [through_key_file, through_machine], ids=lambda writer: writer.__name__)
def test_a_file_that_is_replaced_keeps_its_label(write: t.Callable[..., None], tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    module = Module({str(path): "etc_t"}, {str(path): "own_t"})
    write(path, module)
    assert module.labels[beside(str(path))] == "own_t"


def test_files_written_without_ansible_keep_their_label(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, labels = tmp_path / "cib.xml", {}
    path.write_text("old")
    labels[str(path)] = b"own_t"
    monkeypatch.setattr(os, "getxattr", lambda name, attribute: labels[name])
    monkeypatch.setattr(os, "setxattr", lambda name, attribute, label: labels.update({name: label}))
    replace_file(str(path), SECRET, Access())
    assert labels[beside(str(path))] == b"own_t"


@pytest.mark.parametrize(("code", "passes"), [(errno.ENODATA, True), (errno.ENOTSUP, True), (errno.EACCES, False)])
def test_only_a_missing_label_is_no_error(code: int, passes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: str) -> bytes:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "getxattr", refuse)
    if passes:
        keep_label("new", "old")
        return
    with pytest.raises(PermissionError):
        keep_label("new", "old")


def test_folders_above_are_for_all_and_the_folder_is_not(tmp_path: pathlib.Path) -> None:
    make_folder(str(tmp_path / "a" / "b"), Access(0o750))
    modes = [f"{path.stat().st_mode & 0o777:04o}" for path in (tmp_path / "a", tmp_path / "a" / "b")]
    assert modes == ["0755", "0750"]


def test_what_stands_in_the_way_of_the_new_file_is_not_followed(tmp_path: pathlib.Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    pathlib.Path(beside(str(tmp_path / "file"))).symlink_to(victim)
    replace_file(str(tmp_path / "file"), SECRET, Access())
    assert victim.read_text() == "untouched"


@pytest.mark.parametrize("again", [False, True], ids=["folder is missing", "disk is read-only"])
def test_reason_why_a_file_cannot_be_written_is_told(
    again: bool, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not as a traceback, which Ansible shows as a failure of the module."""
    path = tmp_path / "file" if again else tmp_path / "nowhere" / "file"

    def refuse(*_arguments: t.Any) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    if again:
        monkeypatch.setattr(private_file.os, "open", refuse)
    with pytest.raises(ClusterError, match=f"{path} can't be written: {'Read-only' if again else 'No such file'}"):
        write_file(t.cast(t.Any, Module()), str(path), {"content": "text"})


def test_no_plugin_writes_in_another_way() -> None:
    """Files that are renamed into their place all go through the one mechanism."""
    others = [
        f"{path.relative_to(PLUGINS)}: {line.strip()}"
        for path in PLUGINS.rglob("*.py")
        if path.name != "private_file.py" and "_failover" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(
            r"os\.(replace|rename|makedirs)\(|\.(replace|rename)\(path\)|atomic_move\(|mkstemp\(|O_CREAT", line
        )
    ]
    assert others == []
