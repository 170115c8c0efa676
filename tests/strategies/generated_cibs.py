# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random CIBs, valid for Pacemaker's schema, that say what pcs itself never writes: optional attributes left out, sets
in the order of their scores, names that occur twice, references, rules of all kinds.

They are made as XML and not from the collection's model (as in cib_xml.py), which can't say most of it.
"""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from typing import Any

NODES = ("n1", "n2", "n3")
FORMER_ROLES = ("Started", "Stopped", "Master", "Slave")
ROLES = (*FORMER_ROLES, "Promoted", "Unpromoted")
ACTIONS = ("start", "stop", "promote", "demote")
SCORES = ("INFINITY", "+INFINITY", "-INFINITY", "0", "5", "100", "-20", "1000000")
SET_SCORES = ("0", "1", "2", "10", "-5", "INFINITY")
TEXTS = ("a b", 'with "quotes"', "it's", "<&>", "50%", "#1", "x=y", "ä", "a,b;c", "$HOME", "--force", "value")
BOOLEANS = ("true", "false")
META: Mapping[str, Sequence[str]] = {
    "priority": ("0", "1", "10"),
    "target-role": ("Started", "Stopped"),
    "is-managed": BOOLEANS,
    "resource-stickiness": ("0", "5", "100", "INFINITY"),
    "migration-threshold": ("1", "3", "INFINITY"),
    "failure-timeout": ("30", "2min", "1h"),
    "allow-migrate": BOOLEANS,
    "multiple-active": ("stop_start", "block", "stop_only"),
}
CLONE_META = {
    "clone-max": ("1", "2", "3"),
    "clone-node-max": ("1", "2"),
    "interleave": BOOLEANS,
    "notify": BOOLEANS,
    "ordered": BOOLEANS,
    "globally-unique": ("false",),
}
OPTIONS = {
    "state": ("/run/a", "/run/b", "/run/c"),
    "fake": TEXTS,
    "envfile": ("/etc/a", "/etc/b"),
    "op_sleep": ("1", "2"),
}
ADDRESS = {"cidr_netmask": ("24", "32"), "nic": ("eth0", "eth1"), "iflabel": ("a", "b"), "broadcast": ("192.0.2.255",)}
FENCING = {"pcmk_host_list": ("n1", "n1 n2", "n1,n2"), "delay": ("1", "5"), "key_file": ("/etc/a key", "/etc/k")}
UTILIZATION = {"cpu": ("1", "2"), "memory": ("100", "512"), "disks": ("3",)}
PROPERTIES = {
    "stonith-enabled": BOOLEANS,
    "no-quorum-policy": ("stop", "freeze", "ignore", "demote", "suicide"),
    "symmetric-cluster": BOOLEANS,
    "maintenance-mode": ("false",),
    "stop-all-resources": BOOLEANS,
    "cluster-recheck-interval": ("60s", "15min"),
    "batch-limit": ("3", "10"),
    "stonith-timeout": ("60s", "2min", "90"),
}
ATTRIBUTES = {
    "rack": ("1", "2"),
    "site": ("a b", "c"),
    "pingd": ("0", "100"),
    "version": ("1.2", "1.10"),
    "standby": ("on", "off", "true", "false"),
    "maintenance": BOOLEANS,
}
OPERATION_DEFAULTS = {"timeout": ("10s", "45", "1min"), "record-pending": BOOLEANS, "on-fail": ("restart", "block")}
ALERT_META = {"timeout": ("5s", "15"), "timestamp-format": ("%H:%M", "%Y-%m-%d %H:%M:%S"), "enabled": BOOLEANS}
DATES = ("2024-01-01", "2020-05-01 08:00", "2099-12-31 23:59:59", "2090-01-01T00:00:00Z")


class Maker:
    """Makes one CIB that is valid for a schema, pacemaker-3.0 or newer, with what that schema knows."""

    def __init__(self, source: random.Random, schema: str) -> None:
        self.random = source
        self.schema = schema
        self.version = tuple(int(number) for number in schema.partition("-")[2].split("."))
        self.is_new = self.version >= (4, 0)  # without what was deprecated for long
        self.roles = ROLES if self.version >= (3, 7) else FORMER_ROLES
        self.oddity = source.choice((0, 15, 100))  # how much there is of what is rare, percent of the usual
        self.count = 0
        self.sets: dict[str, list[str]] = {}  # ids of the sets that can be referred to, by tag
        self.pairs: dict[str, list[str]] = {}  # and of the options in them
        self.rules: list[str] = []
        self.operations: list[str] = []
        self.referable: list[str] = []  # what constraints name
        self.devices: list[str] = []

    # --- choices -----------------------------------------------------------------------------------------------------

    def maybe(self, percent: int = 50) -> bool:
        return self.random.randrange(100) < percent

    def odd(self, percent: int) -> bool:
        """Whether there is something rare, that pcs itself would not write."""
        return self.maybe(percent * self.oddity // 100)

    def one(self, choices: Sequence[Any]) -> Any:
        return self.random.choice(choices)

    def some(self, choices: Sequence[Any], at_least: int = 0, at_most: int = 3) -> list[Any]:
        """Some of the CHOICES in any order."""
        number = self.random.randint(at_least, at_most)
        return self.random.sample(list(choices), min(number, len(choices)))

    def id(self, hint: str) -> str:
        self.count += 1
        return f"{hint}-{self.count}"

    def attributes(self, percent: int, **choices: Sequence[str]) -> dict[str, str]:
        """Each of the attributes with one of its values, or left out."""
        return {name.replace("_", "-"): self.one(values) for name, values in choices.items() if self.maybe(percent)}

    # --- sets of options ---------------------------------------------------------------------------------------------

    def nvsets(
        self,
        parent: ET.Element,
        tag: str,
        known: Mapping[str, Sequence[str]],
        required: Mapping[str, str] | None = None,
        rule: Callable[[ET.Element], None] | None = None,
        plain: int = 60,
    ) -> None:
        """Sets of options in PARENT: mostly one plain set, otherwise several, with scores, rules and references."""
        if not self.odd(100 - plain):
            if required or self.maybe(70):
                self.nvset(parent, tag, known, required or {}, None)
            return
        for number in range(self.random.randint(1, 3)):
            first = required if number == 0 and required else {}
            if not first and self.sets.get(tag) and self.odd(15):
                ET.SubElement(parent, tag, {"id-ref": self.one(self.sets[tag])})
                continue
            extra = {} if self.maybe(40) else {"score": self.one(SET_SCORES)}
            self.nvset(parent, tag, known, first, rule if not first and self.odd(35) else None, extra)

    def nvset(
        self,
        parent: ET.Element,
        tag: str,
        known: Mapping[str, Sequence[str]],
        required: Mapping[str, str],
        rule: Callable[[ET.Element], None] | None,
        extra: Mapping[str, str] | None = None,
    ) -> str:
        name = self.id(tag.split("_")[0])
        nvset = ET.SubElement(parent, tag, {"id": name, **(extra or {})})
        if rule is not None:
            rule(nvset)
        for key, value in required.items():
            ET.SubElement(nvset, "nvpair", {"id": self.id("pair"), "name": key, "value": value})
        chosen = self.some(sorted(known), 1)
        if self.odd(8):
            chosen += chosen[:1]  # the same name twice
        for key in chosen:
            if self.pairs.get(tag) and self.odd(7):
                ET.SubElement(nvset, "nvpair", {"id-ref": self.one(self.pairs[tag])})
                continue
            pair = ET.SubElement(nvset, "nvpair", {"id": self.id("pair"), "name": key})
            if self.is_new or not self.odd(3):
                pair.set("value", "" if self.odd(3) else self.one(known[key]))
            if tag != "meta_attributes":
                self.pairs.setdefault(tag, []).append(pair.get("id", ""))
        if parent.tag in ("primitive", "template") and rule is None and not required:
            self.sets.setdefault(tag, []).append(name)
        return name

    # --- rules -------------------------------------------------------------------------------------------------------

    def rule(
        self, parent: ET.Element, kinds: Sequence[str], extra: Mapping[str, str] | None = None, depth: int = 0
    ) -> ET.Element:
        """A rule out of expressions of the KINDS."""
        values = {**self.attributes(45, boolean_op=("and", "or")), **(extra or {})}
        if self.version < (3, 9) and not {"score", "score-attribute"} & set(values):
            values["score"] = self.one(("0", "INFINITY"))
        if self.version < (3, 5):
            kinds = [kind for kind in kinds if kind not in ("resource", "operation")]
        rule = ET.SubElement(parent, "rule", {"id": self.id("rule"), **values})
        for _number in range(self.random.randint(1, 3)):
            if depth < 2 and self.maybe(20):
                self.rule(rule, kinds, depth=depth + 1)
            else:
                getattr(self, f"add_{self.one(kinds)}")(rule)
        return rule

    def add_expression(self, rule: ET.Element) -> None:
        attribute = self.one(("#uname", "#kind", "rack", "site", "pingd", "version", "#id"))
        values = {"id": self.id("expr"), "attribute": attribute}
        if self.maybe(20):
            ET.SubElement(rule, "expression", {**values, "operation": self.one(("defined", "not_defined"))})
            return
        values["operation"] = self.one(("eq", "ne", "lt", "gt", "lte", "gte"))
        usual = {"#uname": NODES, "#kind": ("cluster",), "#id": ("1", "2")}.get(attribute) or ATTRIBUTES[attribute]
        values["value"] = self.one(TEXTS) if self.odd(12) else self.one(usual)
        if attribute in ("rack", "pingd") and values["value"].isdigit():
            types = ("string", "integer", "number") if self.version >= (3, 5) else ("string", "number")
            values |= self.attributes(40, type=types)
        elif attribute == "version":
            values |= self.attributes(40, type=("string", "version"))
        if self.odd(8):
            values["value-source"] = self.one(("literal", "param", "meta"))
        ET.SubElement(rule, "expression", values)

    def add_date(self, rule: ET.Element) -> None:
        kind = self.one(("gt", "lt", "in_range", "duration", "date_spec"))
        values = {"id": self.id("date"), "operation": kind}
        if kind in ("gt", "lt"):
            ET.SubElement(rule, "date_expression", {**values, "start" if kind == "gt" else "end": self.one(DATES)})
        elif kind == "in_range":
            ends = {"end": DATES[2], **({"start": DATES[0]} if self.maybe() else {})}
            ET.SubElement(rule, "date_expression", {**values, **ends})
        elif kind == "duration":
            found = ET.SubElement(
                rule, "date_expression", {**values, "operation": "in_range", "start": self.one(DATES)}
            )
            units = ("hours", "days", "weeks", "months", "years")
            units = units if self.version >= (3, 9) else tuple(unit for unit in units if unit != "days")
            lengths = {name: str(self.random.randint(1, 9)) for name in self.some(units, 1)}
            ET.SubElement(found, "duration", {"id": self.id("duration"), **lengths})
        else:
            found = ET.SubElement(rule, "date_expression", values)
            parts = {"hours": "9-16", "weekdays": "1-5", "months": "3", "monthdays": "1-31", "years": "2020-2090"}
            ET.SubElement(
                found,
                "date_spec",
                {"id": self.id("spec"), **{name: parts[name] for name in self.some(sorted(parts), 1)}},
            )

    def add_resource(self, rule: ET.Element) -> None:
        values = self.attributes(
            60, **{"class": ("ocf", "systemd")}, provider=("pacemaker", "heartbeat"), type=("Dummy", "IPaddr2")
        )
        ET.SubElement(rule, "rsc_expression", {"id": self.id("agent"), **values})

    def add_operation(self, rule: ET.Element) -> None:
        values = {"name": self.one(("monitor", "start", "stop")), **self.attributes(50, interval=("10s", "0", "1min"))}
        ET.SubElement(rule, "op_expression", {"id": self.id("operation"), **values})

    def rule_of_dates(self, parent: ET.Element) -> None:
        self.rule(parent, ("date",))

    def rule_of_nodes(self, parent: ET.Element) -> None:
        self.rule(parent, ("date", "expression", "expression"))

    def rule_of_resource_defaults(self, parent: ET.Element) -> None:
        self.rule(
            parent, ("date", "resource", "resource"), {} if self.is_new else self.attributes(40, score=("INFINITY",))
        )

    def rule_of_operation_defaults(self, parent: ET.Element) -> None:
        kinds = ("date", "resource", "operation", "operation", "expression")
        self.rule(parent, kinds, {} if self.is_new else self.attributes(40, score=("INFINITY", "0")))

    # --- the sections ------------------------------------------------------------------------------------------------

    def cib(self) -> str:
        root = ET.Element(
            "cib",
            {
                "validate-with": self.schema,
                "crm_feature_set": "3.16.1",
                "admin_epoch": "0",
                "epoch": "1",
                "num_updates": "0",
                "have-quorum": "1",
            },
        )
        configuration = ET.SubElement(root, "configuration")
        self.properties(ET.SubElement(configuration, "crm_config"))
        nodes = ET.SubElement(configuration, "nodes")
        for number, name in enumerate(NODES, 1):
            self.node(nodes, str(number), name)
        resources = ET.SubElement(configuration, "resources")
        self.resources(resources)
        self.constraints(ET.SubElement(configuration, "constraints"))
        if self.devices and self.maybe(60):
            self.levels(ET.SubElement(configuration, "fencing-topology"))
        self.defaults(configuration, "rsc_defaults", META, self.rule_of_resource_defaults)
        self.defaults(configuration, "op_defaults", OPERATION_DEFAULTS, self.rule_of_operation_defaults)
        if self.maybe(40):
            self.tags(ET.SubElement(configuration, "tags"))
        if self.maybe(40):
            self.acls(ET.SubElement(configuration, "acls"))
        if self.maybe(40):
            self.alerts(ET.SubElement(configuration, "alerts"))
        status = ET.SubElement(root, "status")
        for number, name in enumerate(NODES, 1):
            state = {"in_ccm": "true", "crmd": "online", "join": "member", "expected": "member"}
            ET.SubElement(status, "node_state", {"id": str(number), "uname": name, **state})
        ET.indent(root, " ")
        return ET.tostring(root, encoding="unicode")

    def properties(self, section: ET.Element) -> None:
        if self.maybe(70):
            main = ET.SubElement(section, "cluster_property_set", {"id": "cib-bootstrap-options"})
            for name in self.some(sorted(PROPERTIES), 1, 4):
                ET.SubElement(
                    main,
                    "nvpair",
                    {"id": f"cib-bootstrap-options-{name}", "name": name, "value": self.one(PROPERTIES[name])},
                )
        self.nvsets(section, "cluster_property_set", PROPERTIES, rule=self.rule_of_dates, plain=75)

    def node(self, section: ET.Element, number: str, name: str) -> None:
        node = ET.SubElement(
            section, "node", {"id": number, "uname": name, **self.attributes(20, type=("member",), description=TEXTS)}
        )
        self.nvsets(node, "instance_attributes", ATTRIBUTES, rule=self.rule_of_dates, plain=75)
        self.nvsets(node, "utilization", UTILIZATION, rule=self.rule_of_dates, plain=85)

    def resources(self, section: ET.Element) -> None:
        self.primitive(section, "bare", "ocf:pacemaker:Dummy", bare=True)
        if self.odd(25):
            template = ET.SubElement(
                section, "template", {"id": "mould", "class": "ocf", "provider": "pacemaker", "type": "Dummy"}
            )
            self.nvsets(template, "instance_attributes", OPTIONS)
            self.add_operations(template, "ocf:pacemaker:Dummy")
            self.referable.append("mould")
            moulded = ET.SubElement(section, "primitive", {"id": "moulded", "template": "mould"})
            self.nvsets(moulded, "meta_attributes", META)
            self.referable.append("moulded")
        for number in range(self.random.randint(1, 3)):
            self.primitive(
                section,
                f"r{number}",
                self.one(("ocf:pacemaker:Dummy", "ocf:heartbeat:IPaddr2", "ocf:pacemaker:Stateful")),
            )
        if self.maybe(60):
            group = ET.SubElement(section, "group", {"id": "g", **self.attributes(15, description=TEXTS)})
            for number in range(self.random.randint(1, 3)):
                self.primitive(group, f"g{number}", "ocf:pacemaker:Dummy")
            self.nvsets(group, "meta_attributes", META, rule=self.rule_of_dates, plain=75)
            self.referable.append("g")
        if self.maybe(60):
            self.clone(section)
        if self.maybe(25):
            self.bundle(section)
        if self.maybe(60):
            for number in range(self.random.randint(1, 2)):
                self.primitive(section, f"f{number}", "stonith:fence_xvm")
                self.devices.append(f"f{number}")
        if self.odd(10):
            remote = {"server": "192.0.2.7"} if self.maybe() else {}
            self.primitive(section, "remote", "ocf:pacemaker:remote", remote, bare=True)
        if self.odd(10):
            guest = self.primitive(section, "guest", "ocf:pacemaker:Dummy", bare=True)
            self.nvset(
                guest,
                "meta_attributes",
                {"remote-addr": ("192.0.2.8",), "remote-port": ("3122",)},
                {"remote-node": "inside"},
                None,
            )

    def primitive(
        self, parent: ET.Element, name: str, agent: str, options: Mapping[str, str] | None = None, bare: bool = False
    ) -> ET.Element:
        parts = agent.split(":")
        kind = dict(zip(("class", "type") if len(parts) == 2 else ("class", "provider", "type"), parts))
        item = ET.SubElement(
            parent, "primitive", {"id": name, **kind, **({} if bare else self.attributes(12, description=TEXTS))}
        )
        if agent != "stonith:fence_xvm":
            self.referable.append(name)
        if bare:
            if options:
                self.nvset(item, "instance_attributes", {"reconnect_interval": ("30s",)}, options, None)
            return item
        known: Mapping[str, Sequence[str]] = {
            "ocf:heartbeat:IPaddr2": ADDRESS,
            "stonith:fence_xvm": FENCING,
            "ocf:pacemaker:Stateful": {"state": OPTIONS["state"], "envfile": OPTIONS["envfile"]},
        }.get(agent, OPTIONS)
        required = {"ip": f"192.0.2.{self.random.randint(10, 99)}"} if agent.endswith("IPaddr2") else None
        self.nvsets(item, "instance_attributes", known, required, rule=self.rule_of_nodes)
        self.nvsets(item, "meta_attributes", META, rule=self.rule_of_dates)
        if not agent.startswith("stonith:") and self.maybe(25):
            self.nvsets(item, "utilization", UTILIZATION)
        self.add_operations(item, agent)
        return item

    def add_operations(self, item: ET.Element, agent: str) -> None:
        if self.maybe(25):
            return
        if self.operations and self.odd(8):
            ET.SubElement(item, "operations", {"id-ref": self.one(self.operations)})
            return
        operations = ET.SubElement(item, "operations")
        if item.tag == "primitive" and self.odd(15):
            operations.set("id", self.id("operations"))
            self.operations.append(operations.get("id", ""))
        stateful = agent.endswith("Stateful")
        names = ("monitor",) if agent.startswith("stonith:") else ("monitor", "start", "stop", "monitor")
        for number, name in enumerate(self.some(names, 1)):
            values = {"name": name, "interval": "0s"}
            if name == "monitor":
                values["interval"] = self.one(("10s", "20", "1min", "30000ms")) if number == 0 else f"{100 + number}s"
                values |= self.attributes(
                    30 if stateful else 0, role=[role for role in self.roles if role != "Stopped"]
                )
            else:
                values["interval"] = self.one(("0", "0s"))
            on_fail = ("restart", "block", "ignore") if name != "stop" else ("block", "ignore")
            values |= self.attributes(25, timeout=("20s", "1min", "45"), on_fail=on_fail, enabled=BOOLEANS)
            values |= self.attributes(8, record_pending=BOOLEANS, description=("a monitor",))
            values |= (
                self.attributes(10, **{self.one(("start_delay", "interval_origin")): ("5s",)})
                if name == "monitor"
                else {}
            )
            operation = ET.SubElement(operations, "op", {"id": self.id("op"), **values})
            if self.maybe(20):
                self.nvset(operation, "instance_attributes", {"OCF_CHECK_LEVEL": ("10", "20")}, {}, None)
            if self.odd(8):
                self.nvset(operation, "instance_attributes", {"trace_ra": ("1",), "depth": ("0",)}, {}, None)
            if self.odd(8):
                self.nvset(operation, "meta_attributes", {"timeout": ("33s",), "on-fail": ("block",)}, {}, None)

    def clone(self, section: ET.Element) -> None:
        is_master = not self.is_new and self.odd(15)
        clone = ET.SubElement(
            section, "master" if is_master else "clone", {"id": "c", **self.attributes(12, description=TEXTS)}
        )
        promotable = self.maybe(50)
        if self.maybe(70):
            self.primitive(clone, "c0", "ocf:pacemaker:Stateful" if promotable or is_master else "ocf:pacemaker:Dummy")
        else:
            group = ET.SubElement(clone, "group", {"id": "cg"})
            for number in range(self.random.randint(1, 2)):
                self.primitive(
                    group, f"cg{number}", "ocf:pacemaker:Stateful" if promotable or is_master else "ocf:pacemaker:Dummy"
                )
        spelling = self.one(("true", "1", "yes", "on"))
        required = {"promotable": spelling} if promotable and not is_master else {}
        self.nvsets(clone, "meta_attributes", CLONE_META, required, rule=self.rule_of_dates, plain=80)
        self.referable.append("c")

    def bundle(self, section: ET.Element) -> None:
        bundle = ET.SubElement(section, "bundle", {"id": "b", **self.attributes(12, description=TEXTS)})
        kinds = ("podman", "docker") if self.is_new else ("podman", "docker", "docker", "podman", "rkt")
        kinds = kinds if self.version >= (3, 2) else ("docker", "rkt")
        promoted = "promoted-max" if self.is_new or self.maybe(80) else "masters"
        container = {
            "image": "registry.example/image:1",
            **self.attributes(30, replicas=("2", "3"), options=("--log-driver=none",)),
        }
        container |= {} if self.maybe(80) else {promoted: "1"}
        ET.SubElement(bundle, self.one(kinds), container)
        if self.maybe(70):
            network = ET.SubElement(
                bundle,
                "network",
                {"control-port": "3121", **self.attributes(30, ip_range_start=("192.0.2.130",), host_netmask=("24",))},
            )
            for _number in range(self.random.randint(0, 2)):
                ports = (
                    {"range": "8000-8010"}
                    if self.maybe(30)
                    else {"port": "80", **self.attributes(40, internal_port=("8080",))}
                )
                ET.SubElement(network, "port-mapping", {"id": self.id("port"), **ports})
            if self.maybe(70):
                self.primitive(bundle, "b0", "ocf:pacemaker:Dummy")
        if self.maybe(50):
            storage = ET.SubElement(bundle, "storage")
            for _number in range(self.random.randint(1, 2)):
                values = {
                    self.one(("source-dir", "source-dir-root")): "/srv/a",
                    "target-dir": "/srv",
                    **self.attributes(30, options=("rw",)),
                }
                ET.SubElement(storage, "storage-mapping", {"id": self.id("storage"), **values})
        self.nvsets(bundle, "meta_attributes", META, plain=90)
        self.referable.append("b")

    # --- constraints -------------------------------------------------------------------------------------------------

    def constraints(self, section: ET.Element) -> None:
        for _number in range(self.random.randint(1, 4)):
            self.location(section)
        for _number in range(self.random.randint(0, 2)):
            self.colocation(section)
        for _number in range(self.random.randint(0, 2)):
            self.order(section)
        if self.maybe(40):
            self.ticket(section)

    def constraint(self, section: ET.Element, kind: str, values: Mapping[str, str]) -> ET.Element:
        return ET.SubElement(section, f"rsc_{kind}", {"id": self.id(kind), **values})

    def location(self, section: ET.Element) -> None:
        values = self.attributes(15, resource_discovery=("always", "never", "exclusive"))
        about = (
            {"rsc-pattern": self.one(("r[0-9]", "^g.$", "it's [a-z]+"))}
            if self.maybe(12)
            else {"rsc": self.one(self.referable)}
        )
        with_sets = self.odd(8)
        if not with_sets:
            values |= {**about, **self.attributes(12, role=self.roles)}
        with_rule = self.maybe(55)
        if not with_rule:
            values |= {"node": self.one((*NODES, "elsewhere")), "score": self.one(SCORES)}
        constraint = self.constraint(section, "location", values)
        if with_sets:
            self.resource_sets(constraint, ())
        if with_rule:
            for _number in range(2 if not self.is_new and self.odd(8) else 1):
                if self.rules and self.odd(8):
                    ET.SubElement(constraint, "rule", {"id-ref": self.one(self.rules)})
                    continue
                extra = {"score-attribute": "pingd"} if self.odd(10) else self.attributes(75, score=SCORES)
                extra |= self.attributes(12, role=self.roles)
                self.rules.append(self.rule(constraint, ("date", "expression", "expression"), extra).get("id", ""))
        self.lifetime(constraint)

    def lifetime(self, constraint: ET.Element) -> None:
        if not self.is_new and self.odd(6):
            lifetime = ET.Element("lifetime")
            constraint.insert(len(constraint) if constraint.tag == "rsc_location" else 0, lifetime)
            self.rule_of_dates(lifetime)

    def colocation(self, section: ET.Element) -> None:
        values = self.attributes(75, score=SCORES)
        if self.version >= (3, 6):
            values |= self.attributes(10, influence=BOOLEANS)
        if self.maybe(25):
            constraint = self.constraint(section, "colocation", values)
            self.resource_sets(constraint, ("role", "sequential", "score"))
        else:
            pair = dict(zip(("rsc", "with-rsc"), self.some(self.referable, 2, 2)))
            pair |= self.attributes(15, rsc_role=self.roles, with_rsc_role=self.roles)
            pair |= self.attributes(8, node_attribute=("rack",))
            constraint = self.constraint(section, "colocation", {**values, **pair})
        self.lifetime(constraint)

    def order(self, section: ET.Element) -> None:
        values = self.attributes(25, symmetrical=BOOLEANS, require_all=BOOLEANS)
        if self.maybe(60):
            values |= (
                {"kind": self.one(("Optional", "Mandatory", "Serialize"))}
                if self.maybe(70)
                else {"score": self.one(("0", "INFINITY", "10"))}
            )
        if values.get("kind") == "Serialize" and values.get("symmetrical") == "true":
            del values["symmetrical"]
        if self.maybe(25):
            constraint = self.constraint(section, "order", values)
            self.resource_sets(constraint, ("action", "sequential", "require-all", "kind"))
        else:
            pair = dict(zip(("first", "then"), self.some(self.referable, 2, 2)))
            constraint = self.constraint(
                section, "order", {**values, **pair, **self.attributes(30, first_action=ACTIONS, then_action=ACTIONS)}
            )
        self.lifetime(constraint)

    def ticket(self, section: ET.Element) -> None:
        values = {"ticket": "T", **self.attributes(50, loss_policy=("stop", "demote", "fence", "freeze"))}
        if self.maybe(25):
            self.resource_sets(self.constraint(section, "ticket", values), ("role",))
        else:
            self.constraint(
                section,
                "ticket",
                {**values, "rsc": self.one(self.referable), **self.attributes(25, rsc_role=self.roles)},
            )

    def resource_sets(self, constraint: ET.Element, names: Sequence[str]) -> None:
        choices = {
            "role": self.roles,
            "action": ACTIONS,
            "sequential": BOOLEANS,
            "require-all": BOOLEANS,
            "score": ("5", "INFINITY"),
            "kind": ("Optional", "Mandatory"),
        }
        rare = {"score", "kind"}
        earlier = self.sets.setdefault("resource_set", [])
        own: list[
            str
        ] = []  # by a reference to one of them, Pacemaker's tools come to the reference again, and never end
        for _number in range(self.random.randint(1, 2)):
            values = {name: self.one(choices[name]) for name in names if self.maybe(5 if name in rare else 25)}
            if names and not self.is_new and self.odd(3):
                values["ordering"] = "group"
            if earlier and self.odd(8):
                ET.SubElement(constraint, "resource_set", {"id-ref": self.one(earlier)})
                continue
            found = ET.SubElement(constraint, "resource_set", {"id": self.id("set"), **values})
            own.append(found.get("id", ""))
            for name in self.some([name for name in self.referable if name != "mould"], 1):
                ET.SubElement(found, "resource_ref", {"id": name})
        earlier += own

    # --- the others --------------------------------------------------------------------------------------------------

    def defaults(
        self,
        configuration: ET.Element,
        tag: str,
        known: Mapping[str, Sequence[str]],
        rule: Callable[[ET.Element], None],
    ) -> None:
        if self.maybe(70):
            section = ET.SubElement(configuration, tag)
            self.nvsets(section, "meta_attributes", known, rule=rule, plain=40)

    def levels(self, section: ET.Element) -> None:
        targets = (
            {"target": self.one(NODES)},
            {"target-pattern": "n[12]"},
            {"target-attribute": "rack", "target-value": self.one(("1", ""))},
        )
        for target in self.some(targets, 1):
            for index in self.some(("1", "2", "9"), 1, 2):
                devices = ",".join(self.some(self.devices, 1))
                ET.SubElement(
                    section, "fencing-level", {"id": self.id("level"), **target, "index": index, "devices": devices}
                )

    def tags(self, section: ET.Element) -> None:
        names = [name for name in self.referable if name != "mould"]
        for _number in range(self.random.randint(1, 2)):
            tag = ET.SubElement(section, "tag", {"id": self.id("tag")})
            for name in self.some([*names, "1"] if self.maybe(15) and self.version >= (3, 3) else names, 1):
                ET.SubElement(tag, "obj_ref", {"id": name})

    def acls(self, section: ET.Element) -> None:
        roles = [self.id("role") for _number in range(self.random.randint(1, 2))]
        for name in roles:
            role = ET.SubElement(section, "acl_role", {"id": name, **self.attributes(40, description=TEXTS)})
            for _number in range(self.random.randint(0, 3)):
                what = self.one(
                    (
                        {"xpath": "//nvpair[@name='x']"},
                        {"reference": "bare"},
                        {"object-type": "nvpair"},
                        {"object-type": "nvpair", "attribute": "value"},
                    )
                )
                values = {"kind": self.one(("read", "write", "deny")), **what, **self.attributes(8, description=TEXTS)}
                ET.SubElement(role, "acl_permission", {"id": self.id("permission"), **values})
        for tag in self.some(("acl_target", "acl_group"), 0, 2):
            found = ET.SubElement(section, tag, {"id": self.id("user")})
            for name in self.some(roles):
                ET.SubElement(found, "role", {"id": name})

    def alerts(self, section: ET.Element) -> None:
        for _number in range(self.random.randint(1, 2)):
            values = {"path": "/usr/bin/true", **self.attributes(40, description=TEXTS)}
            alert = ET.SubElement(section, "alert", {"id": self.id("alert"), **values})
            self.nvsets(alert, "meta_attributes", ALERT_META, plain=90)
            self.nvsets(alert, "instance_attributes", {"debug": TEXTS, "level": ("1",)}, plain=90)
            if self.maybe(20):
                ET.SubElement(
                    ET.SubElement(alert, "select"), self.one(("select_fencing", "select_nodes", "select_resources"))
                )
            for _each in range(self.random.randint(0, 2)):
                values = {"value": self.one(TEXTS), **self.attributes(30, description=TEXTS)}
                recipient = ET.SubElement(alert, "recipient", {"id": self.id("recipient"), **values})
                self.nvsets(recipient, "meta_attributes", ALERT_META, plain=95)
                self.nvsets(recipient, "instance_attributes", {"debug": TEXTS}, plain=95)
