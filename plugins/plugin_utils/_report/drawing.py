# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where everything stands in the picture of a cluster: boxes, rows, lines. Pure; the template draws them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

BOX, GAP, MARGIN = 232, 28, 16  # width of a node's box, space between boxes, space around
PAD, ROW, HEAD = 12, 26, 40  # space within a box, height of a row, height of a box's head
BUS = 18  # distance of the lines of two links
CHARACTERS = 25  # that a row holds
CAPTION, NOTE, GROUP = 11, 8.4, 7.6  # about how wide a character is: of a caption, of the note beside it, of a group
# What a box for resources that are on no node is called, by how their places are known.
FENCING = "⚡ "  # before the name of a fence device
IDLE = {"seen": "not running", "predicted": "would not run", "unknown": "place not known"}
BOXED = ("resource", "fencing", "failed", "stopped")  # kinds of rows that are resources


@dataclass(frozen=True)
class Row:
    """A line of text in a box: a resource, an address, a preference."""

    x: int
    y: int
    width: int
    text: str
    hint: str
    kind: str

    @property
    def shown(self) -> str:
        """The text as far as it fits."""
        room = max(CHARACTERS, CHARACTERS * self.width // BOX)
        return self.text if len(self.text) <= room else f"{self.text[: room - 1]}…"


@dataclass(frozen=True)
class Frame:
    """A rounded rectangle around something, with a caption: a node, a group, what does not run."""

    x: int
    y: int
    width: int
    height: int
    caption: str
    note: str
    kind: str

    @property
    def shown(self) -> str:
        """The caption as far as it fits beside the note."""
        wide = GROUP if self.kind == "group" else CAPTION
        room = max(4, int((self.width - 2 * PAD - 8 - len(self.note) * NOTE) / wide))
        return self.caption if len(self.caption) <= room else f"{self.caption[: room - 1]}…"


@dataclass(frozen=True)
class Line:
    """A link's line, or an arrow between two resources."""

    path: str
    hint: str
    kind: str
    number: int = 0


@dataclass(frozen=True)
class Drawing:
    """A whole picture."""

    width: int
    height: int
    frames: tuple[Frame, ...]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]


Picture = t.Mapping[str, t.Any]
Rows = list[tuple[str, str, str]]  # text, hint, kind


def links(picture: Picture) -> list[str]:
    """The numbers of the links that the nodes have."""
    return sorted({number for node in picture["nodes"] for number in node["addresses"]})


def captions(names: t.Sequence[str]) -> dict[str, str]:
    """What the box of each of the nodes NAMES is called: without the domain, where that tells them apart."""
    short = {name: name.partition(".")[0] for name in names}
    return short if len(set(short.values())) == len(short) else {name: name for name in names}


def _resource_row(item: Picture, node: str) -> tuple[str, str, str]:
    marks = [word for word in ("failed",) if item[word]] + ([] if item["managed"] else ["unmanaged"])
    text = f"{FENCING if item['fencing'] else ''}{item['id']}{' (promoted)' if node in item['promoted'] else ''}"
    kind = (
        "failed" if item["failed"] else "stopped" if not item["nodes"] else "fencing" if item["fencing"] else "resource"
    )
    return text, ", ".join([item["id"], item["agent"], *marks]), kind


def _blocks(items: t.Sequence[Picture], node: str) -> list[tuple[str, Rows]]:
    """Resources by their group, in their order; those without one stand alone."""
    blocks: list[tuple[str, Rows]] = []
    for item in items:
        group = item["group"]
        row = _resource_row(item, node)
        if group and blocks and blocks[-1][0] == group:
            blocks[-1][1].append(row)
        else:
            blocks.append((group, [row]))
    return blocks


def _preferences(picture: Picture, node: str) -> Rows:
    return [
        (
            f"{'not ' if item.get('against') else ''}{item['ends'][0]}",
            item["text"],
            "against" if item.get("against") else "for",
        )
        for item in picture["constraints"]
        if item["kind"] == "location" and item["ends"][1:] == [node]
    ]


class _Canvas:
    """Collects what is drawn, and remembers where resources are."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.rows: list[Row] = []
        self.places: dict[str, Row] = {}

    def stack(self, x: int, y: int, width: int, blocks: t.Sequence[tuple[str, Rows]]) -> int:
        """Draw BLOCKS one under the other. Returns where the next thing may begin."""
        for group, rows in blocks:
            inset = PAD if group else 0
            top = y
            y += 22 if group else 0
            for text, hint, kind in rows:
                row = Row(x + inset, y, width - 2 * inset, text, hint, kind)
                self.rows.append(row)
                if kind in BOXED:
                    self.places.setdefault(hint.partition(",")[0], row)
                y += ROW
            y += 8 if group else 0
            if group:
                frame = Frame(x, top, width, y - top - 2, group, "", "group")
                self.frames.append(frame)
                self.places.setdefault(group, Row(x, top, width, group, group, "group"))
            y += 4
        return y


def _height(blocks: t.Sequence[tuple[str, Rows]]) -> int:
    return sum(len(rows) * ROW + (34 if group else 4) for group, rows in blocks)


def about(node: t.Mapping[str, t.Any]) -> str:
    """The state of NODE in a few words, and its kind if it is no full member."""
    kind = "" if node["kind"] == "member" else f"{node['kind']}, "
    return f"{kind}{node['state']}{', DC' if node['is_dc'] else ''}"


def draw(picture: Picture, columns: int) -> Drawing:
    """The PICTURE of a cluster with at most COLUMNS nodes beside each other."""
    canvas = _Canvas()
    numbers = links(picture)
    nodes = picture["nodes"]
    called = captions([node["name"] for node in nodes])
    columns = max(1, min(columns, len(nodes)))
    spine = MARGIN + (len(numbers) * BUS if len(nodes) > columns else 0)
    width = spine + columns * BOX + (columns - 1) * GAP + MARGIN
    lines: list[Line] = []
    y = MARGIN
    buses: dict[str, list[int]] = {number: [] for number in numbers}
    for start in range(0, len(nodes), columns):
        beside = nodes[start : start + columns]
        top = y + len(numbers) * BUS + 10
        contents = [_contents(picture, node) for node in beside]
        height = HEAD + max(_height(blocks) for blocks in contents) + PAD
        for index, (node, blocks) in enumerate(zip(beside, contents)):
            x = spine + index * (BOX + GAP)
            kind = "node" if node["state"] == "online" else f"node {node['state']}"
            note = about(node)
            canvas.frames.append(Frame(x, top, BOX, height, called[node["name"]], note, kind))
            canvas.stack(x + PAD, top + HEAD, BOX - 2 * PAD, blocks)
        for place, number in enumerate(numbers):
            bus = y + place * BUS + 8
            buses[number].append(bus)
            ends = [
                spine + index * (BOX + GAP) + BOX // 2 + place * BUS
                for index, node in enumerate(beside)
                if number in node["addresses"]
            ]
            if ends:
                first = MARGIN + place * BUS if len(nodes) > columns else min(ends)
                drops = " ".join(f"M{end} {bus}V{top}" for end in ends)
                lines.append(Line(f"M{first} {bus}H{max(ends)} {drops}", f"link {number}", "link", place))
        y = top + height + GAP
    if len(nodes) > columns:
        for place, number in enumerate(numbers):
            x = MARGIN + place * BUS
            lines.append(Line(f"M{x} {buses[number][0]}V{buses[number][-1]}", f"link {number}", "link", place))
    y = _idle(picture, canvas, spine, y, width - spine - MARGIN)
    y = _rules(picture, canvas, spine, y, width - spine - MARGIN)
    lines += _arrows(picture, canvas)
    return Drawing(width, y - GAP + MARGIN, tuple(canvas.frames), tuple(canvas.rows), tuple(lines))


def _contents(picture: Picture, node: Picture) -> list[tuple[str, Rows]]:
    """What stands in a node's box: its addresses, its resources, and what likes or shuns it."""
    name = node["name"]
    addresses = [
        (f"link {number}: {address}", f"{name}, link {number}: {address}", f"address link{place}")
        for place, number in enumerate(links(picture))
        for address in [node["addresses"].get(number)]
        if address
    ]
    here = [item for item in picture["resources"] if name in item["nodes"]]
    blocks = [("", addresses)] if addresses else []
    blocks += _blocks([item for item in here if not item["fencing"]], name)
    blocks += _blocks([item for item in here if item["fencing"]], name)
    preferences = _preferences(picture, name)
    return blocks + ([("", preferences)] if preferences else [])


def _idle(picture: Picture, canvas: _Canvas, x: int, y: int, width: int) -> int:
    """A box for what runs nowhere."""
    idle = [item for item in picture["resources"] if not item["nodes"]]
    if not idle:
        return y
    blocks = _blocks(idle, "")
    height = HEAD + _height(blocks) + PAD
    canvas.frames.append(Frame(x, y, width, height, IDLE[picture["placement"]], "", "idle"))
    canvas.stack(x + PAD, y + HEAD, min(width - 2 * PAD, BOX), blocks)
    return y + height + GAP


def _rules(picture: Picture, canvas: _Canvas, x: int, y: int, width: int) -> int:
    """A box for location constraints with a rule, which are about no single node."""
    found: Rows = [
        (item["text"], item["text"], "against" if item.get("against") else "for")
        for item in picture["constraints"]
        if item["kind"] == "location" and item["ends"][1:] == [""]
    ]
    if not found:
        return y
    blocks = [("", found)]
    height = HEAD + _height(blocks) + PAD
    canvas.frames.append(Frame(x, y, width, height, "placed by rules", "", "idle"))
    canvas.stack(x + PAD, y + HEAD, width - 2 * PAD, blocks)
    return y + height + GAP


def _arrows(picture: Picture, canvas: _Canvas) -> list[Line]:
    """Orders and colocations as arrows from resource to resource."""
    found = []
    for item in picture["constraints"]:
        ends = [_place(picture, canvas, name) for name in item["ends"]]
        if item["kind"] not in ("order", "colocation") or len(ends) != 2:
            continue
        first, second = ends
        if first is None or second is None:
            continue
        kind = "apart" if item.get("against") else item["kind"]
        found.append(Line(_arrow(first, second), item["text"], kind))
    return found


def _place(picture: Picture, canvas: _Canvas, name: str) -> Row | None:
    """Where NAME stands; a clone or a bundle stands where what is in it does."""
    inside = next((item["group"] or item["id"] for item in picture["resources"] if item["clone"] == name), name)
    return canvas.places.get(inside)


def _arrow(first: Row, second: Row) -> str:
    """An arrow between the sides that face each other; between rows under one another it goes around on the right."""
    y1, y2 = first.y + 11, second.y + 11
    if second.x > first.x + first.width:
        x1, x2, bend = first.x + first.width, second.x, 26
        return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    if first.x > second.x + second.width:
        x1, x2, bend = first.x, second.x + second.width, 26
        return f"M{x1} {y1}C{x1 - bend} {y1} {x2 + bend} {y2} {x2} {y2}"
    x1, x2 = first.x + first.width, second.x + second.width
    bend = max(x1, x2) + 30
    return f"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"
