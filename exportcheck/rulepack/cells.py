"""One value of a list or of a table's cell, from text to its declared type."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from exportcheck.condition.types import Type
from exportcheck.errors import Problem, Span
from exportcheck.rulepack.fields import NUMBER, Problems
from exportcheck.values import parse_classification

_PLACE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,6})?|HIGH-SEAS|SPACE")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def convert_cell(text: str, type_: Type, span: Span, problems: Problems) -> object:
    """A cell or list member as its type; None, with a problem, where it cannot be."""
    try:
        match type_.base:
            case "classification":
                return parse_classification(type_.scheme, text)
            case "date":
                if not _DAY.fullmatch(text):
                    raise ValueError("write it as 2026-01-31")
                return date.fromisoformat(text)
            case "number" | "percent" | "money":
                if not NUMBER.fullmatch(text):
                    raise ValueError("write it as 25 or 0.5")
                return Decimal(text)
            case "boolean":
                if text.lower() not in _TRUTH:
                    raise ValueError("true or false")
                return _TRUTH[text.lower()]
            case "place":
                if text and not _PLACE.fullmatch(text):
                    raise ValueError("places are ISO 3166-1 codes of two letters, or UA-CRIMEA and the like")
                return text
            case _:
                if type_.values and text not in type_.values:
                    raise ValueError("one of: " + ", ".join(type_.values))
                return text
    except (ValueError, InvalidOperation) as error:
        problems.append(Problem(span, f'"{text}" is no {type_}', str(error)))
        return None
