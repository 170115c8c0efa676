# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's settings for the documentation site, which `make docs` builds (tools/build-docs)."""

from __future__ import annotations

project = "quorate.ha_cluster"
author = "The quorate project"
copyright = "2026, The quorate project"  # noqa: A001  # Sphinx wants this name
extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "quorate.ha_cluster"
html_theme_options = {"source_repository": "https://github.com/quorate/quorate.ha_cluster/", "source_branch": "main"}
html_show_sphinx = False
highlight_language = "yaml"
