"""What stands in `transaction:` and is no fact: exchange rates, claims and judgements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from exportcheck.errors import did_you_mean
from exportcheck.source import Node
from exportcheck.transaction.amounts import check_currency, number
from exportcheck.transaction.convert import boolean
from exportcheck.transaction.entities import EntityReader
from exportcheck.transaction.model import Claim, Fact, Judgement

SPECIAL: Final = ("claims", "judgements", "exchange_rates")


class SpecialReader:
    """Reads them from the map of the transaction; problems go where those of the entities go."""

    def __init__(self, transaction: Node | None, entities: EntityReader) -> None:
        self.entities = entities
        self.problems = entities.problems
        entries = transaction.entries if transaction is not None else ()
        self.nodes = {key.text: value for key, value in entries if key.text in SPECIAL}

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        self.entities.wrong(node, message, hint)

    def rates(self) -> dict[str, Fact]:
        """`exchange_rates: {EUR: {usd: 1.10, dated: 2026-05-08, source: ...}}`: US dollars for one unit, never fetched."""
        node = self.nodes.get("exchange_rates")
        example = "exchange_rates: {EUR: {usd: 1.10, dated: 2026-05-08, source: ...}}"
        rates: dict[str, Fact] = {}
        if node is None:
            return rates
        if node.kind != "map":
            self.wrong(node, "`exchange_rates` is a map of currencies", example)
            return rates
        for key, stated in node.entries:
            before = len(self.problems)
            fields = self.fields(stated, ("usd", "dated", "source"), (), example)
            try:
                check_currency(key.text)
                if key.text == "USD":
                    raise ValueError("USD needs no rate", "delete it")
            except ValueError as error:
                self.wrong(key, *error.args)
            if len(self.problems) > before:
                continue
            value = self.rate(fields["usd"])
            dated = self.entities.date(fields["dated"])
            if value is not None and dated is not None:
                text = fields["usd"].text
                rates[key.text] = Fact(value, text, fields["usd"].span, dated=dated, source=fields["source"].text.strip())
        return rates

    def rate(self, node: Node) -> Decimal | None:
        try:
            value = number(node.text)
        except ValueError as error:
            self.wrong(node, *error.args)
            return None
        if value <= 0:
            self.wrong(node, f"a rate of {value:f} cannot be", "state how many US dollars one unit is worth")
            return None
        return value

    def claims(self) -> tuple[Claim, ...]:
        """`claims: [{line: 1, authority: 22 CFR 126.7}]`; without a line it is for every line."""
        node = self.nodes.get("claims")
        example = "claims: [{line: 1, authority: 22 CFR 126.7}]"
        if node is None:
            return ()
        if node.kind != "list":
            self.wrong(node, "`claims` is a list", example)
            return ()
        claims: list[Claim] = []
        for stated in node.items:
            before = len(self.problems)
            fields = self.fields(stated, ("authority",), ("line",), example)
            if len(self.problems) == before:
                line = fields["line"].text.strip() if "line" in fields else None
                claims.append(Claim(line, " ".join(fields["authority"].text.split()), fields["authority"].span))
        return tuple(claims)

    def judgements(self) -> dict[str, Judgement]:
        """`judgements: {name: {answer: true, by: ..., dated: ..., because: ...}}`."""
        node = self.nodes.get("judgements")
        example = "judgements: {name: {answer: true, by: ..., dated: 2026-03-02, because: ...}}"
        judgements: dict[str, Judgement] = {}
        if node is None:
            return judgements
        if node.kind != "map":
            self.wrong(node, "`judgements` is a map of questions", example)
            return judgements
        for key, stated in node.entries:
            before = len(self.problems)
            fields = self.fields(stated, ("answer", "by", "dated", "because"), (), example)
            if len(self.problems) > before:
                continue
            dated: date | None = self.entities.date(fields["dated"])
            try:
                answer = boolean(fields["answer"].text)
            except ValueError as error:
                self.wrong(fields["answer"], *error.args)
                continue
            if dated is not None:
                by, because = fields["by"].text.strip(), fields["because"].text.strip()
                judgements[key.text] = Judgement(key.text, answer, by, dated, because, stated.span)
        return judgements

    def fields(self, node: Node, needed: tuple[str, ...], optional: tuple[str, ...], example: str) -> dict[str, Node]:
        """The scalars of a small map with known keys."""
        found: dict[str, Node] = {}
        if node.kind != "map":
            self.wrong(node, "this is a map", example)
            return found
        for key, value in node.entries:
            if key.text not in needed and key.text not in optional:
                self.wrong(key, f'unknown key "{key.text[:60]}"', did_you_mean(key.text[:80], (*needed, *optional)) or example)
            elif value.kind != "scalar" or value.null or not value.text.strip():
                self.wrong(value, f"`{key.text}` has no value", example)
            else:
                found[key.text] = value
        stated = {key.text for key, _ in node.entries}
        for name in needed:
            if name not in stated:
                self.wrong(node, f"`{name}` is missing", example)
        return found
