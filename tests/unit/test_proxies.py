# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy in the environment changes nothing in what goes between nodes, to pcsd, or to the service's page."""

from __future__ import annotations

import http.server
import os
import pathlib
import subprocess
import sys
import threading
import typing as t

import pytest
import yaml
from ansible_collections.quorate.ha_cluster.plugins.module_utils._runner import AnsibleRunner
from ansible_collections.quorate.ha_cluster.plugins.modules import cluster_verify

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
SPELLINGS = [*NAMES, *(name.upper() for name in NAMES), "Https_Proxy"]
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(params=[*SPELLINGS, "all of them"])
def proxy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment names a proxy that does not answer."""
    for name in SPELLINGS if request.param == "all of them" else [request.param]:
        monkeypatch.setenv(name, NOWHERE)
    return str(request.param)


@pytest.fixture
def page() -> t.Iterator[str]:
    """The URL of a page on this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: t.Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Module:
    """Stands in for AnsibleModule, and runs commands with the environment of this process, as that does."""

    def get_bin_path(self, name: str, opt_dirs: t.Sequence[str]) -> str:
        return f"/usr/bin/{name}"

    def run_command(self, argv: list[str], *, environ_update: t.Mapping[str, str], **_options: t.Any) -> t.Any:
        done = subprocess.run(argv, env={**os.environ, **environ_update}, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr


def test_commands_run_without_the_proxy(proxy: str) -> None:
    seen = AnsibleRunner(t.cast(t.Any, Module())).run(["env"], environment={"ASKED_FOR": "1"}).stdout
    names = {line.partition("=")[0].lower() for line in seen.splitlines()}
    assert not names.intersection(NAMES)
    assert {"ASKED_FOR=1", f"PATH={os.environ['PATH']}"} <= set(seen.splitlines())


def test_the_proxy_stays_for_what_comes_after_a_command(proxy: str) -> None:
    before = dict(os.environ)
    AnsibleRunner(t.cast(t.Any, Module())).run(["true"])
    assert dict(os.environ) == before


def test_verify_asks_the_service_itself(proxy: str, page: str) -> None:
    assert cluster_verify.status_of(page, 5) == 200


def test_the_prober_of_the_failover_tests_asks_the_service_itself(proxy: str, page: str) -> None:
    folder = CHECKOUT / "roles" / "failover_test" / "files"
    ask = f"import failover_watch; raise SystemExit(not failover_watch.answers({page!r}, 5))"
    assert subprocess.run([sys.executable, "-c", ask], cwd=folder, check=False).returncode == 0


def tasks(value: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """The tasks in VALUE, those in blocks as well."""
    for item in value if isinstance(value, list) else []:
        yield item
        for key in ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks"):
            yield from tasks(item.get(key))


def files() -> list[pathlib.Path]:
    found = [
        *CHECKOUT.glob("roles/*/tasks/*.yml"),
        *CHECKOUT.glob("playbooks/**/*.yml"),
        *CHECKOUT.glob("molecule/*/*.yml"),
    ]
    return sorted(found)


def test_tasks_that_run_pcs_run_it_without_the_proxy() -> None:
    variables: dict[str, t.Any] = {}
    for path in CHECKOUT.glob("roles/*/vars/main.yml"):
        variables.update(yaml.safe_load(path.read_text()) or {})
    found = []
    for task in (task for path in files() for task in tasks(yaml.safe_load(path.read_text()))):
        argv = str((task.get("ansible.builtin.command") or {}).get("argv", ""))
        if argv.startswith(("['pcs'", "{{ ['pcs'")):
            found.append(task)
            emptied = variables[str(task["environment"]).strip("{} ")]
            names = emptied.partition("dict(")[2].partition(" ")[0]
            assert set(variables[names]) == {"http_proxy", "https_proxy", "all_proxy"}
            assert f"{names} | map('upper')" in emptied
    assert found, "no task runs pcs any more"


def test_tasks_that_fetch_pages_of_the_cluster_ask_the_service_itself() -> None:
    for path in files():
        for task in tasks(yaml.safe_load(path.read_text())):
            for module in ("ansible.builtin.uri", "ansible.builtin.get_url"):
                assert module not in task or task[module].get("use_proxy") is False, (path, task["name"])
