# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change directories, files and systemd units of a machine that are not as wanted."""

from __future__ import annotations

import os
import pathlib
import typing as t
from dataclasses import dataclass

from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.machine import UnitState, read_text, unit_states
from ansible_collections.quorate.ha_cluster.plugins.module_utils._host.private_file import (
    Access,
    beside,
    create,
    make_folder,
    module_labeller,
    put_in_place,
    told,
)
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import Runner

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

Diff = dict[str, str]

# What systemctl is told, in this order.
VERBS = ("enable", "disable", "stop", "start", "restart", "reload")
UNIT_FOLDER = "/systemd/system/"
FILE = {"content", "owner", "group", "mode", "validate"}
DIRECTORY = {"type", "owner", "group", "mode"}


@dataclass(frozen=True)
class Unit:
    """What a unit should be."""

    name: str
    enabled: bool | None = None
    state: str | None = None
    restarted_by: t.Sequence[str] = ()
    reloaded_by: t.Sequence[str] = ()


def verbs(unit: Unit, found: UnitState, newest: t.Callable[[t.Sequence[str]], float]) -> list[str]:
    """What `systemctl` has to do with UNIT, which was FOUND so. NEWEST tells when one of some files last changed."""
    wanted = []
    if unit.enabled is not None and unit.enabled is not found.enabled:
        wanted.append("enable" if unit.enabled else "disable")
    if unit.state == "stopped":
        return [*wanted, "stop"] if found.active else wanted
    if not found.active:
        return [*wanted, "start"] if unit.state == "started" else wanted
    if newest(unit.restarted_by) > found.started:
        wanted.append("restart")
    elif newest(unit.reloaded_by) > found.settled:
        wanted.append("reload")
    return wanted


def begins_anew_with_own_files(unit: Unit, done: t.Mapping[str, t.Sequence[str]]) -> bool:
    """Whether UNIT is started or restarted, and what that is for may be a file of systemd's.

    systemd doesn't say NeedDaemonReload of a drop-in in a folder that is new: it looks into those that it knew when it
    last read all files.
    """
    return bool({"start", "restart"} & set(done[unit.name])) and any(UNIT_FOLDER in path for path in unit.restarted_by)


def steer(
    runner: Runner, units: t.Sequence[Unit], written: t.Sequence[str], *, check_mode: bool
) -> dict[str, list[str]]:
    """See to UNITS after the files WRITTEN have, or in check mode would have, changed. Returns what each of them took.

    Raises ClusterError when systemd refuses.
    """

    def newest(paths: t.Sequence[str]) -> float:
        changed = [os.stat(path).st_mtime for path in paths if os.path.exists(path)]
        return float("inf") if check_mode and set(paths) & set(written) else max(changed, default=0.0)

    found = unit_states(runner, [unit.name for unit in units])
    done = {unit.name: verbs(unit, found[unit.name], newest) for unit in units}
    if check_mode:
        return done
    if any(state.outdated for state in found.values()) or any(begins_anew_with_own_files(unit, done) for unit in units):
        systemctl(runner, ["daemon-reload"])
    # Of all units at once: systemd knows which of them waits for which, and reads all of its files after each "enable".
    for verb in VERBS:
        names = [name for name, wanted in done.items() if verb in wanted]
        if names:
            systemctl(runner, [verb, *names])
    return done


def systemctl(runner: Runner, words: list[str]) -> None:
    """Run systemctl with WORDS."""
    # Debian has the links of a SysV script of the same name kept in step, which systemd has no use for. That would take
    # several times as long as all else that enabling a unit takes. Source: systemd's ENVIRONMENT.md.
    result = runner.run(["systemctl", *words], environment={"SYSTEMCTL_SKIP_SYSV": "1"})
    if result.rc != 0:
        raise ClusterError(f"systemctl {' '.join(words)}: {result.message}")


def make_directory(module: AnsibleModule, path: str, wanted: t.Mapping[str, t.Any]) -> Diff | None:
    """Make the directory PATH as WANTED. None when it was so."""
    refuse_unknown(path, wanted, DIRECTORY)
    missing = not os.path.isdir(path)
    if missing and os.path.lexists(path):
        raise ClusterError(f"{path} should be a directory, and is something else.")
    if missing and not module.check_mode:
        with told(path):
            make_folder(path, Access(0o700), module_labeller(module))
    return attributes(module, path, {"mode": "0755", **wanted}, missing)


def write_file(module: AnsibleModule, path: str, wanted: t.Mapping[str, t.Any]) -> Diff | None:
    """Write the file PATH as WANTED. None when it was so. Raises ClusterError when its text is not accepted."""
    refuse_unknown(path, wanted, FILE)
    if wanted.get("content") is None:
        raise ClusterError(f"{path} has no content.")
    content = str(wanted["content"])
    before, missing = read_text(path), not os.path.exists(path)
    differs = missing or before != content
    if differs and not module.check_mode:
        with told(path):
            replace(module, path, content, {"mode": "0644", **wanted})
    diff = attributes(module, path, {"mode": "0644", **wanted}, differs)
    return {**diff, "before": before, "after": content} if diff and differs else diff


def refuse_unknown(path: str, wanted: t.Mapping[str, t.Any], known: set[str]) -> None:
    unknown = sorted(set(wanted) - known)
    if unknown:
        raise ClusterError(f"{path} has {', '.join(unknown)}; it takes {', '.join(sorted(known))}.")


def replace(module: AnsibleModule, path: str, content: str, wanted: t.Mapping[str, t.Any]) -> None:
    """Put CONTENT into the file PATH, as WANTED, if the command that validates it takes it."""
    temporary = beside(path)
    try:
        with os.fdopen(create(temporary), "w", encoding="utf-8") as stream:
            attributes(module, temporary, wanted, False)
            module_labeller(module)(temporary, path)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        accept(module, path, temporary, wanted.get("validate") or [])
        put_in_place(temporary, path)
    finally:
        pathlib.Path(temporary).unlink(missing_ok=True)


def accept(module: AnsibleModule, path: str, temporary: str, validate: t.Sequence[str]) -> None:
    """Raise ClusterError when the command VALIDATE refuses TEMPORARY, which is to become PATH."""
    if not validate:
        return
    argv = [str(word).replace("%s", temporary) for word in validate]
    rc, out, err = module.run_command(argv)
    if rc != 0:
        raise ClusterError(f"{path} is left as it was, for {validate[0]} refuses the new one: {(err or out).strip()}")


def attributes(module: AnsibleModule, path: str, wanted: t.Mapping[str, t.Any], changed: bool) -> Diff | None:
    """Give what is at PATH the WANTED owner, group and mode. None when that, and nothing else, was so."""
    common = {"owner": "root", "group": "root", **wanted}
    arguments = module.load_file_common_arguments(
        {name: common[name] for name in ("owner", "group", "mode")}, path=path
    )
    diff: dict[str, dict[str, str]] = {}
    if not module.set_fs_attributes_if_different(arguments, changed, diff):
        return None
    texts = {
        side: "".join(f"{name}: {value}\n" for name, value in sorted(diff.get(side, {}).items()) if name != "path")
        for side in ("before", "after")
    }
    return {"before_header": path, "after_header": path, **texts}
