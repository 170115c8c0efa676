# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/record-distribution: the names that it finds, what it reads of packages, and the records that it keeps."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess

import pytest
from recorded import CHECKOUT, RECORDS, TOOL

PROGRAM = CHECKOUT / "tools" / "record-distribution"


def run(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [PROGRAM, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_documented_command_is_the_one_that_is_tested() -> None:
    assert f"```sh\n{PROGRAM.relative_to(CHECKOUT)}\n```" in (CHECKOUT / "docs" / "distributions.md").read_text()


def test_the_names_that_it_looks_for_are_those_of_the_sources() -> None:
    shown = run("--names")
    for name in ("fence-virtd-multicast", "kernel-modules-extra", "xfsprogs", "libknet1t64", "dnf5-plugins", "chrony"):
        assert f"\n  {name}\n" in shown
    for name in ("corosync-qnetd.service", "/etc/sysconfig/ip6tables", "/usr/sbin/semanage"):
        assert f"\n  {name}\n" in shown


def test_a_new_name_in_a_role_is_looked_for(tmp_path: pathlib.Path) -> None:
    new = tmp_path / "main.yml"
    new.write_text(
        "__web_packages: [web-server]\n"
        "__web_all: \"{{ __web_more + (['web-tls'] if ansible_facts['kernel'] else []) }}\"\n"
        "__web_more: [web-more]\n"
        "tasks:\n"
        "  - name: Look\n"
        "    quorate.ha_cluster.internal_machine_info:\n"
        '      packages: "{{ __web_all }}"\n'
        "      units: [web-unit]\n"
        "  - name: Install\n"
        "    ansible.builtin.apt:\n"
        "      name: web-tool\n"
        "      update_cache: true\n"
        "  - name: Say it\n"
        "    ansible.builtin.fail:\n"
        "      msg: Install the package web-hint, or `web-other` of these packages; see /etc/web-folder/file.conf.\n"
    )
    found = TOOL.names([new])
    expected = "web-server web-tls web-more web-unit web-tool web-hint web-other web-folder"
    assert set(expected.split()) <= found.packages
    assert not {"kernel", "update_cache", "__web_all"} & found.packages
    assert found.paths == {"/etc/web-folder/file.conf"}


def test_packages_in_python_are_found_by_the_name_of_their_variable_or_the_path_that_they_bring(
    tmp_path: pathlib.Path,
) -> None:
    new = tmp_path / "new.py"
    new.write_text(
        'PACKAGES = (*("one", "two"), "three")\nneeds = {"/usr/sbin/four": "four-tools"}\n'
        'needs["/usr/sbin/five"] = "five-a" if old else "five-b"\nOTHER = "none"\n'
    )
    assert TOOL.names([new]).packages == {"one", "two", "three", "four-tools", "five-a", "five-b"}


def test_a_package_tells_its_units_users_and_the_paths_that_are_asked_for() -> None:
    package = TOOL.Package("1", "main")
    wanted = {"/etc/web", "/usr/sbin/web", "/var/lib/web"}
    for path in (
        "/etc/web/",
        "/sbin/web",
        "/etc/other",
        "/lib/systemd/system/web.service",
        "/usr/lib/systemd/system/x.d/y",
    ):
        package.add_file(path, wanted)
    package.add_unit("[Install]\nAlias=www.service dbus-x.target\n")
    package.add_script('dir="/etc/web"\nadduser --system --group --home "$dir" \\\n --no-create-home webuser\n', wanted)
    package.add_script("addgroup --system webgroup\nmkdir -p /var/lib/web\n", wanted)
    package.add_script('u web 189:webs "a user" /var/lib/web /sbin/nologin\ng webs 189\n', wanted)
    assert package.as_data() == {
        "version": "1",
        "repository": "main",
        "files": ["/etc/web", "/usr/sbin/web", "/var/lib/web"],
        "units": ["web.service", "www.service"],
        "users": ["web", "webuser"],
        "groups": ["web", "webgroup", "webs", "webuser"],
        "homes": {"web": "/var/lib/web", "webuser": "/etc/web"},
    }


RECORDED = {"source": TOOL.RECORDED, "date": "2026-01-01"}


@pytest.mark.parametrize(("is_partial", "kept"), [(False, {"by-hand", "here"}), (True, {"by-hand", "here", "gone"})])
def test_what_was_written_by_hand_stays_and_what_is_gone_goes(is_partial: bool, kept: set[str]) -> None:
    old = {
        "by-hand": {"version": "1", "source": "a page"},
        "gone": {"version": "1", **RECORDED},
        "here": {"version": "1", "note": "remark", "makes": ["/etc/x"], "files": ["/old"], **RECORDED},
    }
    new = {"here": {"version": "2", **RECORDED}}
    merged = TOOL.merged(old, new, is_partial)
    assert set(merged) == kept
    assert merged["here"] == {"version": "2", "note": "remark", "makes": ["/etc/x"], **RECORDED}


@pytest.mark.parametrize(
    ("release", "name", "family"),
    [
        ({"ID": "almalinux", "ID_LIKE": "rhel centos fedora", "VERSION_ID": "9.5"}, "el-9", "RedHat"),
        ({"ID": "rhel", "ID_LIKE": "fedora", "VERSION_ID": "10.1"}, "el-10", "RedHat"),
        ({"ID": "fedora", "VERSION_ID": "42"}, "fedora", "RedHat"),
        ({"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_ID": "24.04"}, "ubuntu-24.04", "Debian"),
        ({"ID": "debian", "VERSION_ID": "13"}, "debian-13", "Debian"),
    ],
)
def test_the_record_has_the_name_of_the_release(release: dict[str, str], name: str, family: str) -> None:
    assert TOOL.record_name(release) == name
    assert ("RedHat" if TOOL.is_red_hat(release) else "Debian") == family
    assert (RECORDS / f"{name}.json").exists()


# What dnf 4 and rpm print, by what they are asked. Other questions get no answer.
FAKE_DNF = r"""#!/bin/sh
case " $* " in
*" --requires "*) printf 'web-libs\nbash\n' ;;
*" --list "*web-libs*) ;;
*" --list "*) printf '/usr/lib/systemd/system/web.service\n/etc/web\n/usr/share/doc/web\n' ;;
*" --provides "*web-libs*) printf 'user(web) = dQ\ngroup(web) = Zw\nweb-libs = 1-1\n' ;;
*" --provides "*) printf 'web = 1-1\n' ;;
*"--enablerepo=*"*bash*) printf 'web-libs\t1-1\toff\tweb-1-1.src.rpm\nbash\t5-1\tbaseos\tbash-5-1.src.rpm\n' ;;
*"--enablerepo=*"*) printf 'extra\t3-1\toff\textra-3-1.src.rpm\n' ;;
*) printf 'web\t1-1\tbaseos\tweb-1-1.src.rpm\n\n' ;;
esac
"""


def test_dnf_tells_the_repository_of_each_package_and_whether_it_is_on(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("dnf", FAKE_DNF), ("rpm", "#!/bin/sh\nexit 1\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    host = TOOL.Dnf({"/etc/web"})
    found = {name: package.as_data() for name, package in host.packages(["extra", "nothing", "web"]).items()}
    assert host.repositories == {"baseos": True, "off": False}
    assert set(found) == {"extra", "web", "web-libs"}  # bash is of another source
    assert found["web"] == {
        "version": "1-1",
        "repository": "baseos",
        "files": ["/etc/web"],
        "units": ["web.service"],
    }
    assert found["web-libs"] == {"version": "1-1", "repository": "off", "users": ["web"], "groups": ["web"]}


def test_the_tool_needs_the_standard_library_alone() -> None:
    imported = set(re.findall(r"^(?:import|from) (\w+)", PROGRAM.read_text(), flags=re.MULTILINE))
    assert {"yaml", "ansible", "jinja2"} & imported == set()
    assert "json" in imported
