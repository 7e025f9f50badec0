"""One value of a list or of a table's cell, from text to its declared type."""

from __future__ import annotations

from decimal import Decimal

from exportcheck.condition.literals import PLACES
from exportcheck.condition.types import Type
from exportcheck.errors import Problem, Span
from exportcheck.rulepack.fields import NUMBER, Problems, parse_day
from exportcheck.values import parse_classification

_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def convert_cell(text: str, type_: Type, span: Span, problems: Problems) -> object:
    """A cell or list member as its type; None, with a problem, where it cannot be."""
    try:
        match type_.base:
            case "classification":
                return parse_classification(type_.scheme, text)
            case "date":
                return parse_day(text)
            case "number" | "percent" | "money":
                if not NUMBER.fullmatch(text):
                    raise ValueError("write it as 25 or 0.5")
                return Decimal(text)
            case "boolean":
                if text.lower() not in _TRUTH:
                    raise ValueError("true or false")
                return _TRUTH[text.lower()]
            case "place":
                if text and text not in PLACES:
                    raise ValueError("places are ISO 3166-1 codes of two letters, as GB, or UA-CRIMEA and the like")
                return text
            case _:
                if type_.values and text not in type_.values:
                    raise ValueError("one of: " + ", ".join(type_.values))
                return text
    except ValueError as error:
        problems.append(Problem(span, f'"{text}" is no {type_}', str(error.args[-1])))
        return None
