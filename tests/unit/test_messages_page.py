# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of messages has those that roles, modules and playbooks really give."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import pathlib
import re
import types
import typing as t

import pytest
from ansible_collections.quorate.ha_cluster.plugins.module_utils._cib.parse import parse_cib
from ansible_collections.quorate.ha_cluster.plugins.module_utils._errors import ClusterError
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.host import Host
from ansible_collections.quorate.ha_cluster.plugins.plugin_utils._roles.shared_storage import problems

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> types.ModuleType:
    loader = importlib.machinery.SourceFileLoader("list_messages", str(CHECKOUT / "tools" / "list-messages"))
    spec = importlib.util.spec_from_loader("list_messages", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def listed(tool: types.ModuleType) -> dict[str, list[str]]:
    found: dict[str, list[str]] = tool.messages()
    return found


def section(listed: dict[str, list[str]], message: str) -> list[str]:
    """The headings below which a whole MESSAGE stands, with … for what differs."""

    def matches(text: str) -> bool:
        return re.fullmatch(".*".join(map(re.escape, text.split("…"))), message, re.DOTALL) is not None

    return [heading for heading, texts in listed.items() if any(map(matches, texts))]


def test_problems_of_a_roles_input_are_listed_below_the_role(listed: dict[str, list[str]]) -> None:
    values: dict[str, t.Any] = {
        "ha_nodes": [],
        "ha_storage_device": "vdb",
        "ha_storage_mount_point": "/srv/",
        "ha_storage_label": "a label of many letters",
        "ha_storage_initial_content": [{"path": "../a", "content": ""}],
        "ha_storage_initial_directory": "/does/not/exist",
    }
    given = list(problems(values, Host("n1")))
    assert len(given) == 6
    for message in given:
        assert "Role [shared_storage](../../roles/shared_storage/README.md)" in section(listed, message), message


def test_an_error_of_a_module_is_listed(listed: dict[str, list[str]]) -> None:
    with pytest.raises(ClusterError) as caught:
        parse_cib("<cluster/>")
    assert len(str(caught.value)) > 20
    assert section(listed, str(caught.value))


def test_every_literal_beginning_of_an_error_is_listed(tool: types.ModuleType, listed: dict[str, list[str]]) -> None:
    text = "\n".join(entry for texts in listed.values() for entry in texts)
    beginnings = [
        beginning
        for path in CHECKOUT.glob("plugins/**/*.py")
        for beginning in re.findall(
            r"(?:Error|ActionFail)\(\s*f?\"([A-Z][^\"{\\]+ [^\"{\\]+ [^\"{\\]+)[\"{]", path.read_text()
        )
    ]
    assert len(beginnings) > 60
    assert [beginning for beginning in beginnings if tool.tidy(beginning) not in text] == []


def test_messages_of_all_tasks_that_stop_a_run_are_listed(tool: types.ModuleType, listed: dict[str, list[str]]) -> None:
    text = "\n".join(entry for texts in listed.values() for entry in texts)
    lines = 0
    for path in [*CHECKOUT.glob("roles/*/tasks/*.yml"), *CHECKOUT.glob("playbooks/**/*.yml")]:
        for _indent, written in re.findall(r"^( +)fail_msg: >-\n((?:\1  .*\n)+)", path.read_text(), re.MULTILINE):
            whole = tool.tidy(tool.JINJA.sub("…", written))
            assert whole in text, path
            lines += 1
    assert lines > 10


def test_documentation_findings_and_code_are_no_messages(listed: dict[str, list[str]]) -> None:
    texts = [text for entries in listed.values() for text in entries]
    assert 400 < len(texts) < 900
    assert [text for text in texts if "short_description" in text or "\\" in text or "|" in text] == []
    assert not any("pcmk_host_map ends in a semicolon" in text for text in texts), "that is a finding, in verify.md"


SOURCE = """
EXAMPLES = "A sentence of the documentation, for users."
TABLE = {"key": "A sentence in a table; take it."}

def check(value):
    '''A sentence that only contributors read.'''
    yield f"The value {value} is not good; give another."
    found.append("There are two of them; remove one.")
    module.fail_json(msg="Time is over")
    raise ClusterError("pcs can't run")
    print("A sentence that is only printed, here.")
    return ["The first of these two sentences.", "word", f"{value} is the second of these sentences."]
"""


def test_messages_are_what_a_function_reports(tool: types.ModuleType) -> None:
    reported = [
        "The value … is not good; give another.",
        "There are two of them; remove one.",
        "Time is over",
        "pcs can't run",
        "The first of these two sentences.",
        "… is the second of these sentences.",
    ]
    assert list(dict.fromkeys(tool.of_python(SOURCE, takes_all=False))) == reported
    everything = set(tool.of_python(SOURCE, takes_all=True))
    assert everything == {*reported, "A sentence in a table; take it.", "A sentence that is only printed, here."}
