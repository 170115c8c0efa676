# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation shows is what there is: its plays, its variables, and a test for each of its commands."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import typing as t

import documented_tasks
import pytest
import report_sample
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
ROLES = sorted(path.parent.parent.name for path in CHECKOUT.glob("roles/*/tasks/main.yml"))
PAGES = [CHECKOUT / "README.md", *CHECKOUT.glob("docs/*.md"), *CHECKOUT.glob("roles/*/README.md")]
# command: the file that runs it
RUN_BY_OTHERS = {
    "ansible-playbook -i hosts.yml -e @vault.yml --ask-vault-pass quorate.ha_cluster.site": (
        "tests/unit/test_own_hosts.py"
    ),
    "ansible-builder build --tag ha-cluster": "tests/integration/package/test_package.py",
    "make test": ".ci/run",
    "make environment": "Makefile",  # what `make test` starts with
    "PODMAN_BASE=docker.io/library/almalinux:10 tools/run-tests podman-site": ".github/workflows/distributions.yml",
    "tools/record-distribution": "tests/integration/hermetic/test_record_debian.py",
    "make lab-up": "Makefile",  # the first step of tools/demo
    "source .venv/bin/activate": "tools/run-tests",  # which puts the same folder into PATH
    "ssh -F .lab/ssh_config node1": "tools/show-cluster",
    "ssh -F .lab/ssh_config node1 crm_mon --one-shot --group-by-node": "tools/show-cluster",
    "ssh -F .lab/ssh_config hypervisor virsh list": "tests/integration/site/test_3_failover.py",
    "ansible-playbook -i inventories/yours playbooks/maintenance.yml -e ha_clusters=web -e ha_maintenance_nodes=web2": (
        "tests/integration/lifecycle/test_8_several_clusters.py"
    ),
}


def blocks(page: pathlib.Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def options(role: str) -> set[str]:
    """The variables that the role's argument specification knows."""
    specs = yaml.safe_load((CHECKOUT / "roles" / role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    return {name for spec in specs.values() for name in spec["options"]}


def shared() -> set[str]:
    """The variables ha_* that any role's defaults read."""
    return {
        name
        for path in CHECKOUT.glob("roles/*/defaults/main.yml")
        for name in re.findall(r"\bha_\w+", path.read_text())
    }


def plays(role: str) -> list[dict[str, t.Any]]:
    """The plays that the role's README shows."""
    shown = [yaml.safe_load(block) for block in blocks(CHECKOUT / "roles" / role / "README.md", "yaml")]
    return [play for block in shown if isinstance(block, list) for play in block]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "lab"])
def test_readme_shows_the_role_in_a_play_with_variables_it_has(role: str) -> None:
    names = set()
    uses = 0
    for play in plays(role):
        names |= set(play.get("vars", {}))
        for entry in play.get("roles", []):
            uses += role in (entry if isinstance(entry, str) else entry["role"])
            names |= set() if isinstance(entry, str) else set(entry.get("vars", {}))
    assert uses >= 1
    assert names - options(role) <= shared()


def test_plays_of_the_readmes_are_valid(tmp_path: pathlib.Path) -> None:
    files = []
    for role in ROLES:
        if plays(role):
            files.append(tmp_path / f"{role}.yml")
            files[-1].write_text(yaml.safe_dump(plays(role)))
    inventory = tmp_path / "hosts"
    inventory.write_text("localhost ansible_connection=local\n")
    run = subprocess.run(
        ["ansible-playbook", "--inventory", str(inventory), "--syntax-check", *map(str, files)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="session")
def specifications() -> dict[str, dict[str, t.Any]]:
    """The options of all modules, in the form of an argument specification."""
    names = [f"quorate.ha_cluster.{path.stem}" for path in CHECKOUT.glob("plugins/modules/*.py")]
    run = subprocess.run(["ansible-doc", "--json", *names], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    documented = json.loads(run.stdout)
    return {name.rpartition(".")[2]: specification(documented[name]["doc"].get("options", {})) for name in names}


def specification(documented: dict[str, t.Any]) -> dict[str, t.Any]:
    """An argument specification from documented options."""
    kept = ("type", "elements", "required", "choices", "default")
    return {
        name: {
            **{key: option[key] for key in kept if key in option and not (key == "default" and option.get("required"))},
            **({"options": specification(option["suboptions"])} if option.get("suboptions") else {}),
        }
        for name, option in documented.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_tasks_of_the_pages_have_options_that_the_modules_take(
    page: pathlib.Path, specifications: dict[str, dict[str, t.Any]]
) -> None:
    for task in documented_tasks.tasks(page):
        result = ArgumentSpecValidator(specifications[task.module]).validate(task.args)
        assert result.error_messages == [], task.name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_variables_of_the_pages_exist_and_have_the_form_of_pcs_cib(
    page: pathlib.Path, specifications: dict[str, dict[str, t.Any]]
) -> None:
    shown = documented_tasks.variables(page)
    assert set(shown) <= shared().union({"ha_roles"}, *map(options, ROLES))
    kinds = {f"ha_{kind}": kind for kind in specifications["pcs_cib"] if kind != "nodes"} | {
        "ha_node_settings": "nodes"
    }
    objects = {kinds[name]: value for name, value in shown.items() if name in kinds}
    assert ArgumentSpecValidator(specifications["pcs_cib"]).validate(objects).error_messages == []


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [*PAGES, *(CHECKOUT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md"))]
    broken = []
    for page in pages:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
            if "://" in target:
                continue
            path, _hash, anchor = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            if not found.exists() or (anchor and found.suffix == ".md" and anchor not in anchors(found)):
                broken.append(f"{page.relative_to(CHECKOUT)}: {target}")
    assert broken == []


def anchors(page: pathlib.Path) -> set[str]:
    """The names under which the headings of PAGE can be linked to."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_example_inventory_uses_variables_that_exist() -> None:
    names = set()
    for path in (CHECKOUT / "inventories" / "example").rglob("group_vars/**/*.yml"):
        names |= set(yaml.safe_load(path.read_text()))
    assert names
    assert names <= shared().union(*map(options, ROLES))


@pytest.mark.parametrize("page", ["docs/own-hosts.md", "inventories/example/group_vars/all/cluster.yml"])
def test_every_secret_of_an_inventory_is_said_to_come_from_a_vault_by_its_name(page: str) -> None:
    text = (CHECKOUT / page).read_text()
    used = set(re.findall(r"\{\{ (vault_\w+) \}\}", text))
    assert used
    assert used == set(re.findall(r"ansible-vault encrypt_string --name (\w+)", text))
    assert "group_vars/all/vault.yml" in text
    assert page.startswith("inventories") or "--ask-vault-pass" in text


def test_every_command_is_run_by_a_test() -> None:
    tests = "\n".join(path.read_text() for path in CHECKOUT.glob("tests/integration/*/*.py"))
    run = re.findall(r"""(?:documented|operate)\(\s*["']([^"']+)["']""", tests)
    commands = [
        line.partition("  #")[0].strip()
        for page in PAGES
        for block in blocks(page, "sh")
        for line in block.splitlines()
    ]
    assert len(commands) > 5
    untested = [
        line for line in commands if line and line not in RUN_BY_OTHERS and not any(part in line for part in run)
    ]
    assert untested == []


def test_files_that_run_the_other_commands_exist() -> None:
    assert [path for path in RUN_BY_OTHERS.values() if not (CHECKOUT / path).is_file()] == []


def test_keys_of_the_report_are_those_that_the_page_lists() -> None:
    shown = re.findall(r"^\| `(\w+)` \|", (CHECKOUT / "docs" / "report.md").read_text(), flags=re.MULTILINE)
    assert sorted(shown) == sorted(report_sample.sample())


def test_every_picture_is_shown_and_described() -> None:
    shown = [
        entry for page in PAGES for entry in re.findall(r"!\[([^\]]*)\]\((?:\S*/)?images/(\S+)\)", page.read_text())
    ]
    assert all(len(description) > 40 for description, _name in shown)
    assert {name for _description, name in shown} == {path.name for path in CHECKOUT.glob("docs/images/*")}


def test_files_that_the_architecture_names_exist() -> None:
    page = (CHECKOUT / "docs" / "architecture.md").read_text()
    names = set(re.findall(r"`((?:\.\./)?_?\w+\.py)`", page))
    folder = CHECKOUT / "plugins" / "module_utils" / "_cib"
    assert len(names) > 5
    assert [name for name in names if not (folder / name).is_file()] == []


def test_each_folder_of_module_utils_lists_its_files() -> None:
    for page in (CHECKOUT / "plugins" / "module_utils").glob("*/__init__.py"):
        listed = re.findall(r"^- (\w+): ", page.read_text(), re.MULTILINE)
        assert sorted(listed) == sorted(path.stem for path in page.parent.glob("*.py") if path != page), page
    folders = {path.parent for path in (CHECKOUT / "plugins" / "module_utils").glob("*/*.py")}
    assert [folder.name for folder in folders if not (folder / "__init__.py").is_file()] == []


def devices(value: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """The fencing devices in VALUE, which a page shows in YAML."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from devices(inner)
    if isinstance(value, dict) and str(value.get("agent", "")).startswith("fence_") and "options" in value:
        yield value


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_boards_on_the_pages_can_be_asked_and_belong_to_one_node(page: pathlib.Path) -> None:
    """Boards of today answer fence_ipmilan by lanplus alone, and without a host list one claims every node."""
    boards = [
        device
        for block in documented_tasks.blocks(page)
        for device in devices(block)
        if device["agent"] in ("fence_ipmilan", "fence_redfish")
    ]
    for board in boards:
        assert len(str(board["options"]["pcmk_host_list"]).split()) == 1
        assert board["options"].get("lanplus") is True or board["agent"] != "fence_ipmilan"
    assert "ipmitool" in page.read_text() or "fence_ipmilan" not in [board["agent"] for board in boards]
