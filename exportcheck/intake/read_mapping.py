"""Mapping files, in YAML, and the mappings that come with exportcheck."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Collection
from collections.abc import Mapping as Words
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from exportcheck.errors import InputError, Problem, Span, did_you_mean
from exportcheck.intake.mapping import NOBODY, NOT_STATED, ColumnMap, Constant, Mapping, Said
from exportcheck.source import Node, read_documents
from exportcheck.transaction.amounts import check_currency
from exportcheck.transaction.convert import iso_date
from exportcheck.transaction.entities import EntityReader
from exportcheck.transaction.special import SpecialReader
from exportcheck.vocabulary.model import Vocabulary

SCHEMA: Final = "exportcheck/mapping/1"
SHIPPED: Final = Path(__file__).with_name("mappings")

ENCODINGS: Final = ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "ascii")
"""Encodings in which a line ends with one byte."""
DECIMALS: Final = (".", ",")
THOUSANDS: Final = (",", ".", " ", "'", "’")
OTHERWISE: Final = ("error", NOT_STATED)
DEFAULTS: Final = ("otherwise", "date_format", "decimal", "thousands", "separator")
"""What may be said once for all columns, and of a column otherwise."""
SAID: Final = ("by", "dated", "source", "because")
COLUMN_KEYS: Final = ("fact", "values", "currency", "unit", *DEFAULTS, "optional", "numbers", "first", *SAID)
KEYS: Final = (
    "schema", "format", "encoding", "delimiter", "sheet", "header", "group_by", "parties", "columns", "constant",
    "exchange_rates", "not_stated", "ignore", *DEFAULTS,
)  # fmt: skip


def shipped_mappings() -> tuple[str, ...]:
    """The names of the mappings that come with exportcheck."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yaml")))


def load_mapping(given: str, vocabulary: Vocabulary) -> Mapping:
    """A mapping by its file, or by the name of a shipped one. Raises `InputError`."""
    path = Path(given)
    names = shipped_mappings()
    if given in names and not path.exists():
        return read_mapping(SHIPPED / f"{given}.yaml", vocabulary)
    if not path.exists() and not path.suffix:
        hint = did_you_mean(given, names) or "give a file, or one of " + ", ".join(names)
        raise InputError(Problem(Span("--map"), f'there is no mapping "{given}"', hint))
    return read_mapping(path, vocabulary)


def read_mapping(path: Path, vocabulary: Vocabulary) -> Mapping:
    """The mapping of a file. Raises `InputError` with every problem that it has."""
    documents = read_documents(path, aliases=0)
    if len(documents) > 1:
        raise InputError(Problem(documents[1].span, "a file holds one mapping", "write the second into a file of its own"))
    mapping = _Reader(documents[0], vocabulary).read()
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(Problem(Span(str(path)), f"the file cannot be read: {error.strerror or error}")) from None
    return replace(mapping, digest=digest)


class _Reader:
    """One mapping; problems are gathered."""

    def __init__(self, node: Node, vocabulary: Vocabulary) -> None:
        self.node = node
        self.vocabulary = vocabulary
        self.problems: list[Problem] = []
        self.top: dict[str, Node] = {}

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        self.problems.append(Problem(node.span, message, hint))

    def read(self) -> Mapping:
        if self.node.kind != "map":
            raise InputError(Problem(self.node.span, "a mapping is a map", "columns: {Order No: id, ...}"))
        self.top = self.known(self.node, KEYS)
        schema = self.top.get("schema")
        if schema is not None and schema.text != SCHEMA:
            self.wrong(schema, f'"{schema.text[:60]}" is not a schema that this version reads', f"write `schema: {SCHEMA}`")
        if "columns" not in self.top:
            self.wrong(self.node, "`columns` is missing", "columns: {Order No: id, Dest: destination, ...}")
        base = self.rule(ColumnMap("", ""), {key: value for key, value in self.top.items() if key in DEFAULTS})
        entities = EntityReader(self.vocabulary, self.problems)
        rates = SpecialReader(self.node, entities).rates()
        group_by, by_row = self.group_by()
        mapping = Mapping(
            columns=tuple(self.columns(base)),
            constants=tuple(self.constants(self.top.get("constant"), "")),
            group_by=group_by,
            by_row=by_row,
            parties=MappingProxyType(self.parties()),
            ignore=self.words("ignore"),
            not_stated=frozenset(self.words("not_stated")),
            rates=MappingProxyType(rates),
            format=self.text("format", self.formats()),
            encoding=self.encoding(),
            delimiter=self.delimiter(),
            sheet=self.text("sheet"),
            header=self.header(),
            file=self.node.span.file,
            span=self.node.span,
        )
        if self.problems:
            raise InputError(self.problems)
        return mapping

    def known(self, node: Node, keys: Collection[str]) -> dict[str, Node]:
        """The entries of a map with known keys."""
        found: dict[str, Node] = {}
        for key, value in node.entries:
            if key.text in keys:
                found[key.text] = value
            else:
                hint = did_you_mean(key.text[:60], keys) or "the keys are " + ", ".join(keys)
                self.wrong(key, f'unknown key "{key.text[:60]}"', hint)
        return found

    def word(self, node: Node, name: str, among: Collection[str] = ()) -> str:
        if node.kind != "scalar" or node.null:
            self.wrong(node, f"`{name}` is a single text", f"one of {', '.join(among)}" if among else "")
            return ""
        if among and node.text not in among:
            hint = did_you_mean(node.text[:60], among) or "one of " + ", ".join(f'"{word}"' for word in among)
            self.wrong(node, f'`{name}` cannot be "{node.text[:60]}"', hint)
            return ""
        return node.text

    def text(self, key: str, among: Collection[str] = ()) -> str:
        node = self.top.get(key)
        return self.word(node, key, among) if node is not None else ""

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        node = self.top.get(key)
        if node is None or (node.null and node.kind == "scalar"):
            return ()
        if node.kind == "map":
            self.wrong(node, f"`{key}` is a list of texts", f"{key}: [..., ...]")
            return ()
        return tuple(self.word(item, key) for item in (node.items if node.kind == "list" else (node,)))

    def flag(self, node: Node, key: str) -> bool:
        return self.word(node, key, ("true", "false")) == "true"

    def formats(self) -> tuple[str, ...]:
        from exportcheck.intake import FORMATS

        return FORMATS

    def encoding(self) -> str:
        node = self.top.get("encoding")
        if node is None:
            return "utf-8"
        try:
            name = codecs.lookup(node.text).name
        except LookupError:
            name = ""
        aliases = {codecs.lookup(known).name: known for known in ENCODINGS}
        if name not in aliases:
            self.wrong(node, f'the encoding "{node.text[:40]}" is not read', "one of " + ", ".join(ENCODINGS))
        return aliases.get(name, "utf-8")

    def delimiter(self) -> str:
        node = self.top.get("delimiter")
        if node is None:
            return ""
        text = {"tab": "\t", "\\t": "\t"}.get(node.text, node.text)
        if node.kind != "scalar" or len(text) != 1 or text in '"\r\n' or not text.isascii():
            self.wrong(node, "`delimiter` is one character", 'delimiter: ";" or delimiter: tab')
        return text

    def header(self) -> int:
        node = self.top.get("header")
        return self.count(node, "header", 1000) if node is not None else 1

    def count(self, node: Node, key: str, most: int) -> int:
        if node.kind == "scalar" and node.text.isdigit() and len(node.text) < 6 and 1 <= int(node.text) <= most:
            return int(node.text)
        self.wrong(node, f"`{key}` is a number from 1 to {most}", f"{key}: 1")
        return 1

    def group_by(self) -> tuple[tuple[str, ...], bool]:
        node = self.top.get("group_by")
        if node is None:
            return (), False
        if node.kind == "scalar" and node.text == "row":
            return (), True
        return self.words("group_by"), False

    def parties(self) -> dict[str, tuple[str, ...]]:
        node = self.top.get("parties")
        found: dict[str, tuple[str, ...]] = {}
        if node is None:
            return found
        declared = self.vocabulary.get("party", "roles")
        roles = declared.type.values if declared is not None else ()
        if node.kind != "map":
            self.wrong(node, "`parties` is a map of words for parties with their roles", "parties: {customer: [purchaser]}")
        for key, value in node.entries:
            word = key.text
            if not word.replace("_", "").isalnum() or word != word.lower() or word in ("item", "party", "transaction"):
                self.wrong(key, f'"{word[:60]}" is no word for a party', "lower-case letters, digits and _")
            listed = value.items if value.kind == "list" else (value,)
            found[word] = tuple(self.word(item, "roles", roles) for item in listed)
        return found

    def constants(self, node: Node | None, prefix: str) -> list[Constant]:
        """`origin: US`, or nested as in a description: `exporter: {country: US}`."""
        if node is None:
            return []
        if node.kind != "map":
            self.wrong(node, "`constant` is a map of facts", "constant: {origin: US, exporter.country: US}")
            return []
        found: list[Constant] = []
        for key, value in node.entries:
            path = prefix + key.text
            said = NOBODY
            if value.kind == "map" and value.get("value") is not None:
                keys = self.known(value, ("value", *SAID))
                value, said = keys["value"], self.said(keys)
            if value.kind == "map":
                found += self.constants(value, path + ".")
            elif value.kind == "list":
                members = [self.word(item, path) for item in value.items]
                found.append(Constant(path, ";".join(members), said, value.span))
            elif value.null:
                self.wrong(value, f"`{path}` has no value", "leave it out if it is not known")
            else:
                found.append(Constant(path, value.text, said, value.span))
        return found

    def said(self, keys: Words[str, Node]) -> Said:
        """Who says so, of a column or a constant."""
        texts = {key: self.word(keys[key], key).strip() for key in SAID if key in keys}
        dated: date | None = None
        if "dated" in texts:
            try:
                dated = iso_date(texts.pop("dated"))
            except ValueError as error:
                self.wrong(keys["dated"], *error.args)
        return Said(dated=dated, **texts)

    def columns(self, base: ColumnMap) -> list[ColumnMap]:
        node = self.top.get("columns")
        rules: list[ColumnMap] = []
        if node is None:
            return rules
        if node.kind != "map":
            self.wrong(node, "`columns` is a map of columns to facts", "columns: {Order No: id, Dest: destination, ...}")
            return rules
        for key, value in node.entries:
            for stated in value.items if value.kind == "list" else (value,):
                rules.append(self.column(replace(base, column=key.text, span=key.span), stated))
        return rules

    def column(self, base: ColumnMap, node: Node) -> ColumnMap:
        if node.kind == "scalar":
            return replace(base, path=self.word(node, base.column), span=node.span)
        if node.kind == "list":
            self.wrong(node, "a column goes to a fact or to a list of facts", "Order No: id")
            return base
        keys = self.known(node, COLUMN_KEYS)
        if "fact" not in keys:
            self.wrong(node, "`fact` is missing", f"{base.column}: {{fact: destination, values: ...}}")
            return base
        rule = replace(base, path=self.word(keys["fact"], "fact"), said=self.said(keys), span=keys["fact"].span)
        return self.rule(rule, keys)

    def rule(self, rule: ColumnMap, keys: Words[str, Node]) -> ColumnMap:
        """A column with what these keys say of it."""
        for key, node in keys.items():
            match key:
                case "values":
                    rule = replace(rule, values=MappingProxyType(self.values(node)))
                case "otherwise":
                    word = self.word(node, key, OTHERWISE)
                    rule = replace(rule, otherwise="not-stated" if word == NOT_STATED else "error")
                case "currency" | "unit":
                    rule = self.beside(rule, key, node)
                case "date_format":
                    rule = replace(rule, date_formats=self.date_formats(node))
                case "decimal":
                    rule = replace(rule, decimal=self.word(node, key, DECIMALS) or ".")
                case "thousands":
                    rule = replace(rule, thousands=self.word(node, key, THOUSANDS))
                case "separator":
                    rule = replace(rule, separator=self.word(node, key) or ";")
                case "optional":
                    rule = replace(rule, optional=self.flag(node, key))
                case "first":
                    rule = replace(rule, first=self.count(node, key, 40))
                case "numbers":
                    rule = replace(rule, numbers=self.flag(node, key))
                case _:
                    pass
        if rule.decimal == rule.thousands:
            same = keys.get("thousands") or keys.get("decimal")
            if same is not None:
                self.wrong(same, "the decimal mark and the thousands mark are the same", 'decimal: "," goes with thousands: "."')
        return rule

    def values(self, node: Node) -> dict[str, str]:
        found: dict[str, str] = {}
        if node.kind != "map":
            self.wrong(node, "`values` is a map of texts in the column to values of the fact", "values: {UK: GB, D: DE}")
            return found
        for key, value in node.entries:
            if value.kind != "scalar" or value.null:
                self.wrong(value, f'"{key.text[:60]}" has no value', f"write `{NOT_STATED}` if it says nothing")
            else:
                found[key.text.strip()] = value.text
        return found

    def beside(self, rule: ColumnMap, key: str, node: Node) -> ColumnMap:
        if node.kind == "map":
            keys = self.known(node, ("column",))
            if "column" not in keys:
                self.wrong(node, "`column` is missing", f"{key}: {{column: ...}}")
                return rule
            return replace(rule, beside=self.word(keys["column"], "column"))
        word = self.word(node, key)
        if key == "currency" and word:
            try:
                check_currency(word)
            except ValueError as error:
                self.wrong(node, *error.args)
        return replace(rule, fixed=word)

    def date_formats(self, node: Node) -> tuple[str, ...]:
        found = []
        for item in node.items if node.kind == "list" else (node,):
            form = self.word(item, "date_format")
            day = datetime(2026, 11, 23)
            try:
                fits = datetime.strptime(day.strftime(form), form).date() == day.date()
            except ValueError:
                fits = False
            if not fits:
                self.wrong(item, f'"{form[:40]}" does not write a day', 'day, month and year: "%d.%m.%Y" or "%m/%d/%Y"')
            found.append(form)
        return tuple(found)
