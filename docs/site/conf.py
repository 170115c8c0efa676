# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's settings for the documentation site, which `make docs` builds (tools/build-docs)."""

from __future__ import annotations

import html
import pathlib
import re
import textwrap
import typing as t

import imagesize
from docutils import nodes
from sphinx.transforms import SphinxTransform

if t.TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "quorate.ha_cluster"
author = "The quorate project"
copyright = "2026, The quorate project"  # noqa: A001  # Sphinx wants this name
extensions = ["myst_parser", "sphinx_antsibull_ext", "sphinx_copybutton"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "quorate.ha_cluster"
html_baseurl = "https://quorate.github.io/quorate.ha_cluster/"
html_logo = html_favicon = "icon.svg"
html_theme_options = {"source_repository": "https://github.com/quorate/quorate.ha_cluster/", "source_branch": "main"}
html_show_sphinx = False
html_static_path = ["site.css", "messages.js"]
html_search_scorer = "docs/site/scorer.js"  # below the source, unlike other paths
html_css_files = ["site.css"]
highlight_language = "yaml"
smartquotes = False  # `--limit` is an option also outside of code, and messages stand as Ansible shows them

# What the generated pages refer to in Ansible's own documentation. Sphinx would fetch its index, but a build needs no
# network.
ANSIBLE = "https://docs.ansible.com/projects/ansible/latest/"
PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
REFERENCE = "docs/site/reference/"  # what antsibull-docs has written
MESSAGES = "docs/site/messages"  # what tools/list-messages has written
TITLE = "Modules, filters and roles"
ENTRY_POINT = r"(?=^\.\. _ansible_collections\S+__entrypoint-\w+:$)"
END = "\n.. Extra links\n"
WIDE = 600  # pixels; a picture that is wider can't be read on a phone when it is made to fit


def find_in_ansible(_app: Sphinx, _env: object, node: nodes.Element, content: nodes.Element) -> nodes.reference | None:
    """Lead a reference that this site can't resolve to Ansible's documentation, if that has it."""
    target = str(node.get("reftarget", ""))
    plugin = re.fullmatch(r"ansible_collections\.ansible\.builtin\.(\w+_(?:module|filter|lookup|test))", target)
    page = f"collections/ansible/builtin/{plugin[1]}.html" if plugin else PAGES.get(target)
    return nodes.reference("", "", content, refuri=ANSIBLE + page, internal=False) if page else None


def main_first(text: str) -> str:
    """The page of a role whose entry point main comes before those that playbooks use."""
    body, end, links = text.partition(END)
    before, *parts = re.split(ENTRY_POINT, body, flags=re.MULTILINE)
    parts.sort(key=lambda part: "__entrypoint-main:\n" not in part.split("\n\n", 1)[0] + "\n")
    return before + "".join(part.rstrip("\n") + "\n\n" for part in parts) + end + links


def adapt_reference(text: str, role: str = "") -> str:
    """A page of antsibull-docs for a site that has one collection, and not Ansible's own documentation."""
    text = re.sub(r"^quorate\.ha_cluster\.(\w+ \w+ -- .*\n\++\n)", r"\1", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^(\S.*?) -- ", r"\1: ", text, flags=re.MULTILINE)
    text = text.replace("\nQuorate.Ha_Cluster\n==================\n", f"\n{TITLE}\n{'=' * len(TITLE)}\n")
    text = text.replace(
        ":ref:`callback_plugins`",
        "`Callback plugins <https://docs.ansible.com/ansible/latest/plugins/callback.html>`__",
    )
    if role:
        text = main_first(text).replace(
            "\n.. contents::\n", f"\n:doc:`How to use the role </roles/{role}/README>`\n\n.. contents::\n", 1
        )
    return text


def adapt_source(_app: Sphinx, page: str, source: list[str]) -> None:
    """Adapt the generated pages, and connect them with the README files of the roles."""
    if page.startswith(REFERENCE):
        role = re.fullmatch(r"(\w+)_role", page.removeprefix(REFERENCE))
        source[0] = adapt_reference(source[0], role[1] if role else "")
    elif role := re.fullmatch(r"roles/(\w+)/README", page):
        source[0] += f"\n\n[All variables of the role, with their types](/{REFERENCE}{role[1]}_role.rst)\n"


class MarkWidePictures(SphinxTransform):
    """Give pictures a class that are too wide for a phone."""

    default_priority = 500

    def apply(self, **_arguments: t.Any) -> None:
        folder = pathlib.Path(self.env.doc2path(self.env.docname)).parent
        for image in self.document.findall(nodes.image):
            width = imagesize.get(str(folder / image["uri"]))[0]
            if width > WIDE or width < 0:  # a drawing has no width
                image["classes"].append("wide")


def describe(page: str, title: str, document: nodes.document | None) -> str:
    """What a search engine shows about a page: its beginning, or for a generated page its title."""
    paragraphs = document.findall(nodes.paragraph) if document else ()
    texts = (node.astext() for node in paragraphs if isinstance(node.parent, nodes.section))
    text = next((text for text in texts if len(text.split()) > 3), "")
    if not text or page.startswith(REFERENCE):
        return f"{title}. Ansible collection {project} for Pacemaker and corosync."
    return textwrap.shorten(text, 200, placeholder=" …")


def complete_page(
    app: Sphinx, page: str, _template: str, context: dict[str, t.Any], document: nodes.document | None
) -> None:
    """Add a description, let wide pictures open in full size, and link no source of a generated page."""
    title = html.unescape(re.sub(r"<[^>]+>", "", context.get("title", ""))) or project
    description = html.escape(describe(page, title, document))
    tags = [f'<meta name="description" content="{description}">']
    for name, value in (
        ("type", "website"),
        ("site_name", project),
        ("title", html.escape(title)),
        ("description", description),
        ("image", f"{html_baseurl}_images/report-top.png"),
    ):
        tags.append(f'<meta property="og:{name}" content="{value}">')
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)
    if page == MESSAGES:
        app.add_js_file("messages.js")
    if page.startswith((REFERENCE, MESSAGES)):
        context["page_source_suffix"] = ""
    context["body"] = re.sub(
        r'<img [^>]*?class="[^"]*\bwide\b[^>]*?src="([^"]+)"[^>]*>',
        r'<a class="picture" href="\1">\g<0></a>',
        context.get("body", ""),
    )


def setup(app: Sphinx) -> None:
    app.add_transform(MarkWidePictures)
    app.connect("missing-reference", find_in_ansible)
    app.connect("source-read", adapt_source)
    app.connect("html-page-context", complete_page)
