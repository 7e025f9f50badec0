"""The JSON Schema (2020-12) of mapping files, so that editors complete and check while one writes."""

from __future__ import annotations

from typing import Any, Final

from exportcheck.intake import FORMATS
from exportcheck.intake.read_mapping import COLUMN_KEYS, DECIMALS, ENCODINGS, KEYS, OTHERWISE, SCHEMA, THOUSANDS
from exportcheck.vocabulary.model import Vocabulary

_SCALAR: Final[dict[str, Any]] = {"type": ["string", "number", "boolean"]}
_TEXTS: Final[dict[str, Any]] = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}


def mapping_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema of a mapping file. The roles of parties come from the vocabulary; paths of facts only reading checks."""
    declared = vocabulary.get("party", "roles")
    role = {"enum": list(declared.type.values)} if declared is not None else dict(_SCALAR)
    top: dict[str, Any] = {
        "schema": {"const": SCHEMA},
        "format": {"enum": list(FORMATS), "description": "The format of the file, where its name does not say it."},
        "encoding": {"enum": list(ENCODINGS)},
        "delimiter": {"type": "string", "description": "What divides the columns of CSV: one character, or tab."},
        "sheet": {"type": "string", "description": "The sheet of an XLSX workbook."},
        "header": _number(1000, "The row that names the columns."),
        "group_by": {
            "anyOf": [{"const": "row"}, {"type": "string"}, {"type": "array", "items": _SCALAR, "minItems": 1}],
            "description": "The columns that make rows one transaction; row: each row is one. Otherwise the column of id.",
        },
        "parties": {
            "type": "object",
            "additionalProperties": {"anyOf": [role, {"type": "array", "items": role, "minItems": 1}]},
            "description": "Words for parties, with the roles that each has.",
        },
        "columns": {
            "type": "object",
            "additionalProperties": {"anyOf": [{"$ref": "#/$defs/to"}, {"type": "array", "items": {"$ref": "#/$defs/to"}}]},
            "description": "Each column with its fact.",
        },
        "constant": {"$ref": "#/$defs/constant", "description": "Facts that are true of every row."},
        "exchange_rates": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z]{3}$"},
            "additionalProperties": {
                "type": "object",
                "properties": {"usd": {"type": ["number", "string"]}, "dated": _SCALAR, "source": _SCALAR},
                "required": ["usd", "dated", "source"],
                "additionalProperties": False,
            },
            "description": "US dollars for one unit of a currency.",
        },
        "not_stated": {**_TEXTS, "description": "Texts that mean an empty cell: -, n/a."},
        "ignore": {**_TEXTS, "description": "Columns that say nothing; * stands for anything."},
        **_column_options(),
    }
    column = {
        "fact": {"type": "string", "description": "The path of a fact: destination, item.eccn, ultimate_consignee.country."},
        "values": {"type": "object", "additionalProperties": _SCALAR, "description": "Texts of the column, and what they mean."},
        "currency": {**_beside(), "description": "The currency of the amounts, or the column that holds it."},
        "unit": {**_beside(), "description": "The unit of the numbers, or the column that holds it."},
        "optional": {"type": "boolean", "description": "true: the file may lack the column."},
        "numbers": {"type": "boolean", "description": "true: whole numbers of a spreadsheet are taken for texts."},
        "first": _number(40, "Only so many digits and letters count, the first ones."),
        **_said(),
        **_column_options(),
    }
    said = {"type": "object", "properties": {"value": _TEXTS, **_said()}, "required": ["value"], "additionalProperties": False}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "Which column of a table is which fact of a transaction.",
        "type": "object",
        "properties": {key: top[key] for key in KEYS},
        "required": ["columns"],
        "additionalProperties": False,
        "$defs": {
            "to": {
                "anyOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "properties": {key: column[key] for key in COLUMN_KEYS},
                        "required": ["fact"],
                        "additionalProperties": False,
                    },
                ]
            },
            "constant": {
                "type": "object",
                "additionalProperties": {
                    "anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}, said, {"$ref": "#/$defs/constant"}]
                },
            },
        },
    }


def _column_options() -> dict[str, Any]:
    return {
        "otherwise": {"enum": list(OTHERWISE), "description": "What becomes of a value that is not known."},
        "date_format": {**_TEXTS, "description": "How days are written, as strptime knows it: %m/%d/%Y."},
        "decimal": {"enum": list(DECIMALS)},
        "thousands": {"enum": list(THOUSANDS)},
        "separator": {"type": "string", "description": "What divides the members of a list in a cell."},
    }


def _said() -> dict[str, Any]:
    return {
        "by": {"type": "string", "description": "Who says so."},
        "dated": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "source": {"type": "string", "description": "Where it is taken from."},
        "because": {"type": "string"},
    }


def _number(most: int, description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": most, "description": description}


def _beside() -> dict[str, Any]:
    column = {"type": "object", "properties": {"column": _SCALAR}, "required": ["column"], "additionalProperties": False}
    return {"anyOf": [{"type": "string"}, column]}
