"""The JSON Schema (2020-12) of descriptions, made from the vocabulary, so that editors complete and check while one writes.

It knows names, types and values; what one fact says about another (unique lines, dates in order) only reading finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from exportcheck.transaction.places import COUNTRIES, SPECIAL
from exportcheck.transaction.read import SCHEMA
from exportcheck.vocabulary.model import ENTITY_LISTS, MARKED_LISTS, FactDeclaration, FactType, Vocabulary

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NUMBER: Final = r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_TEXT: Final[Mapping[str, Any]] = {"type": ["string", "number"]}
_DATE: Final[Mapping[str, Any]] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_TRUTH: Final[Mapping[str, Any]] = {"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no", "true", "false"]}]}

_TOP_LISTS: Final = ("parties", "items", "authorizations")


def transaction_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema of a file with one transaction."""
    return _Schema(vocabulary).document()


class _Schema:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.defs: dict[str, Any] = {}

    def document(self) -> dict[str, Any]:
        transaction = self.entity("transaction", leave_out=_TOP_LISTS)
        transaction["properties"].update(_special())
        transaction["required"] = ["id"]
        properties: dict[str, Any] = {"schema": {"const": SCHEMA}, "transaction": transaction}
        for name in _TOP_LISTS:
            properties.update(self.entity_list(name, ENTITY_LISTS["transaction"][name]))
        properties["items"]["minItems"] = 1
        one = {
            "type": "object",
            "properties": properties,
            "required": ["transaction", "items"],
            "additionalProperties": False,
        }
        return {
            "$schema": _DIALECT,
            "title": SCHEMA,
            "description": "A proposed transfer, as exportcheck reads it. A file may also hold a list of them.",
            "anyOf": [
                {"$ref": "#/$defs/description"},
                {"type": "array", "items": {"$ref": "#/$defs/description"}, "minItems": 1},
            ],
            "$defs": {"description": one, **dict(sorted(self.defs.items()))},
        }

    def entity(self, kind: str, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
        result = _object()
        facts_of = "item" if kind == "component" else kind
        for (of, name), fact in sorted(self.vocabulary.facts.items()):
            if of != facts_of:
                continue
            *parents, last = name.split(".")
            place = result
            for parent in parents:
                place = place["properties"].setdefault(parent, _object())
            place["properties"][last] = self.fact(fact)
            if fact.marked:
                place["properties"][f"{last}_complete"] = {"$ref": f"#/$defs/{self.define('mark of a list', _TRUTH)}"}
        for name, members in ENTITY_LISTS.get(kind, {}).items():
            if name not in leave_out:
                result["properties"].update(self.entity_list(name, members))
        return result

    def entity_list(self, name: str, kind: str) -> dict[str, Any]:
        if kind not in self.defs:
            self.defs[kind] = {}  # taken, should the entity hold a list of its own kind
            self.defs[kind] = self.entity(kind)
        result: dict[str, Any] = {name: {"type": "array", "items": {"$ref": f"#/$defs/{kind}"}}}
        if name in MARKED_LISTS:
            says = f"true: these are all of the {name}"
            result[f"{name}_complete"] = {"$ref": f"#/$defs/{self.define('mark', _or_long(_TRUTH))}", "description": says}
        return result

    def fact(self, fact: FactDeclaration) -> dict[str, Any]:
        states = [{"const": "undeterminable"}, *([{"const": "none"}] if fact.absent else [])]
        member = _type(fact.type)
        options: list[Any] = [member]
        if fact.type.list_of:
            least = 1 if fact.absent else int(fact.least or 0)
            options.append({"type": "array", "items": member, "uniqueItems": True, **({"minItems": least} if least else {})})
        name = str(fact.type) + (", or none" if fact.absent else "") + (f", {fact.least:f} or more" if fact.least else "")
        defined = self.define(name, _or_long({"anyOf": [*options, *states]}))
        says = fact.question.replace("{name}", "it" if fact.of != "party" else "the party")
        return {"$ref": f"#/$defs/{defined}", "description": says + (f" ({fact.cite})" if fact.cite else "")}

    def define(self, name: str, schema: Mapping[str, Any]) -> str:
        key = name.replace("~", "-").replace("/", "-").replace("%", "percent").replace(" ", "_")
        self.defs.setdefault(key, dict(schema))
        return key


def _object() -> dict[str, Any]:
    return {"type": "object", "properties": {}, "additionalProperties": False}


def _or_long(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A value, or `{value, by, dated, source, because}`."""
    long = {
        "type": "object",
        "properties": {
            "value": dict(schema),
            "by": dict(_TEXT),
            "dated": dict(_DATE),
            "source": dict(_TEXT),
            "because": dict(_TEXT),
        },
        "required": ["value"],
        "additionalProperties": False,
    }
    return {"anyOf": [dict(schema), long]}


def _type(type: FactType) -> dict[str, Any]:
    match type.base:
        case "boolean" | "knowledge":
            return dict(_TRUTH)
        case "date":
            return dict(_DATE)
        case "place":
            return {"anyOf": [{"enum": sorted(COUNTRIES) + sorted(SPECIAL)}, {"type": "string", "minLength": 2}]}
        case "number":
            unit = r"(\s*[^\s0-9].*)?" if type.unit else ""
            return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^\\s*{_NUMBER}{unit}$"}]}
        case "percent":
            return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^\\s*{_NUMBER}\\s*%?\\s*$"}]}
        case "money":
            amount = r"[0-9.]+([eE][+-]?[0-9]+)?"
            return {"type": "string", "pattern": rf"^\s*([A-Z]{{3}}\s*{amount}\s*[kKMB]?|{amount}\s*[kKMB]?\s*[A-Z]{{3}})\s*$"}
        case "enum":
            return {"enum": list(type.values)}
        case "classification":
            text = {"type": "string", "minLength": 1}
            # editors take 2E201 for a number (2 times ten to the 201st)
            return {"anyOf": [text, {"type": "number"}]} if type.scheme == "eccn" else text
        case _:
            return dict(_TEXT)


def _special() -> dict[str, Any]:
    """What stands in `transaction:` and is no fact."""
    claim = {
        "type": "object",
        "properties": {"line": dict(_TEXT), "authority": {"type": "string", "description": "what is to be cited: 22 CFR 126.7"}},
        "required": ["authority"],
        "additionalProperties": False,
    }
    judgement = {
        "type": "object",
        "properties": {"answer": dict(_TRUTH), "by": dict(_TEXT), "dated": dict(_DATE), "because": dict(_TEXT)},
        "required": ["answer", "by", "dated", "because"],
        "additionalProperties": False,
    }
    rate = {
        "type": "object",
        "properties": {"usd": {"type": ["number", "string"]}, "dated": dict(_DATE), "source": dict(_TEXT)},
        "required": ["usd", "dated", "source"],
        "additionalProperties": False,
    }
    rates = {"type": "object", "propertyNames": {"pattern": "^[A-Z]{3}$"}, "additionalProperties": rate}
    return {
        "claims": {"type": "array", "items": claim, "description": "The authorities that the exporter means to cite."},
        "judgements": {"type": "object", "additionalProperties": judgement, "description": "Answers of named persons."},
        "exchange_rates": {**rates, "description": "US dollars for one unit of a currency, with date and source."},
    }
