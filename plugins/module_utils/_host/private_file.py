# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write files and make directories whose permissions are never wider than the final ones."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

PRIVATE = 0o600
# The attribute in which the kernel keeps a file's SELinux label. Source: selinux(8), xattr(7).
LABEL = "security.selinux"
NO_LABELS = (errno.ENODATA, errno.ENOTSUP, errno.ENOENT)

# Labels the file or directory that stands in, the first path, as what it becomes, the second one.
Labeller = t.Callable[[str, str], None]


@dataclass(frozen=True)
class Access:
    """Who may do what with a file: its owner and group, by number, and its permissions.

    MODE None: what the umask leaves of 0666, for files of which others may know.
    """

    mode: int | None = PRIVATE
    uid: int = -1
    gid: int = -1


@contextlib.contextmanager
def told(path: str) -> t.Iterator[None]:
    """Raise ClusterError, with the reason, where PATH can't be written."""
    try:
        yield
    except OSError as error:
        raise ClusterError(f"{path} can't be written: {error.strerror}.") from error


def keep_label(temporary: str, path: str) -> None:
    """Give TEMPORARY the label of the file PATH that it replaces, if there is one. Without SELinux there is none."""
    if not hasattr(os, "getxattr"):  # a controller that is no Linux
        return
    try:
        label = os.getxattr(path, LABEL)
    except OSError as error:
        if error.errno not in NO_LABELS:
            raise
        return
    os.setxattr(temporary, LABEL, label)


def module_labeller(module: AnsibleModule) -> Labeller:
    """Label like the file that is there, else as the policy has it for the path, not like the folder above."""

    def label(temporary: str, path: str) -> None:
        if not module.selinux_enabled():
            return
        there = temporary != path and os.path.exists(path)
        context = module.selinux_context(path) if there else module.selinux_default_context(path)
        module.set_context_if_different(temporary, context, False)

    return label


def beside(path: str) -> str:
    """Where a file is written before it takes the place of PATH.

    A fixed name, so that a crash leaves at most one of them behind, and the next run takes it over.
    """
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.new")


def create(path: str, mode: int = PRIVATE) -> int:
    """Replace the file PATH by an empty one, and open it for writing."""
    pathlib.Path(path).unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)


def write_private(path: str, text: str) -> None:
    """Replace the file PATH by one with TEXT, which only its owner may read: a CIB has passwords in it."""
    with os.fdopen(create(path), "w", encoding="utf-8") as stream:
        stream.write(text)


def write_beside(path: str, content: bytes, access: Access, label: Labeller = keep_label, temporary: str = "") -> str:
    """Write CONTENT into the file TEMPORARY, by default one beside PATH, ready for a rename. Returns its path.

    Owner, permissions and label are in place before there is anything in it.
    """
    temporary = temporary or beside(path)
    descriptor = create(temporary, 0o666 if access.mode is None else PRIVATE)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchown(stream.fileno(), access.uid, access.gid)
        if access.mode is not None:
            os.fchmod(stream.fileno(), access.mode)
        label(temporary, path)
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return temporary


def replace_file(path: str, content: bytes, access: Access, label: Labeller = keep_label) -> None:
    """Put CONTENT into the file PATH, whole or not at all, and so that a crash afterwards does not undo it."""
    put_in_place(write_beside(path, content, access, label), path)


def put_in_place(temporary: str, path: str) -> None:
    """Let TEMPORARY take the place of PATH."""
    try:
        os.replace(temporary, path)
    except OSError:
        pathlib.Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def make_folder(path: str, access: Access, label: Labeller = keep_label) -> None:
    """Make the directory PATH, and those above it that are missing, which belong to this process and are for all."""
    above = os.path.dirname(path)
    if above and not os.path.isdir(above):
        make_folder(above, Access(0o755), label)
    os.mkdir(path, 0o700)
    os.chown(path, access.uid, access.gid)
    label(path, path)
    os.chmod(path, 0o755 if access.mode is None else access.mode)
