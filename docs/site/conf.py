# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's settings for the documentation site, which `make docs` builds (tools/build-docs)."""

from __future__ import annotations

import re
import typing as t

from docutils import nodes

if t.TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "quorate.ha_cluster"
author = "The quorate project"
copyright = "2026, The quorate project"  # noqa: A001  # Sphinx wants this name
extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "quorate.\u200bha_cluster"  # where it may be broken: the menu is narrower than the name
html_theme_options = {"source_repository": "https://github.com/quorate/quorate.ha_cluster/", "source_branch": "main"}
html_show_sphinx = False
html_static_path = ["site.css"]
html_css_files = ["site.css"]
highlight_language = "yaml"

# What the generated pages refer to in Ansible's own documentation. Sphinx would fetch its index, but a build needs no
# network.
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}


def find_in_ansible(_app: Sphinx, _env: object, node: nodes.Element, content: nodes.Element) -> nodes.reference | None:
    """Lead a reference that this site can't resolve to Ansible's documentation, if that has it."""
    target = str(node.get("reftarget", ""))
    plugin = re.fullmatch(r"ansible_collections\.ansible\.builtin\.(\w+_(?:module|filter|lookup|test))", target)
    page = f"collections/ansible/builtin/{plugin[1]}.html" if plugin else PAGES.get(target)
    return nodes.reference("", "", content, refuri=ANSIBLE + page, internal=False) if page else None


def setup(app: Sphinx) -> None:
    app.connect("missing-reference", find_in_ansible)
