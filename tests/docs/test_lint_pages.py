"""Every rule of the linter has its page, and every page its rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from exportcheck.lint.finding import DOCS
from exportcheck.lint.rules import RULES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_page(code: str) -> None:
    rule = RULES[code]
    text = (ROOT / rule.page).read_text(encoding="utf-8")
    assert text.startswith(f"# {code} {rule.name}\n\n{rule.title}. Why that is bad: {rule.why}.\n")
    assert "\n## Avoid\n" in text
    assert "\n## Why\n" in text


def test_the_list_of_rules_is_whole() -> None:
    text = (ROOT / DOCS / "README.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| [EC")]
    assert rows == [f"| [{c}]({c}.md) | {r.name} | {r.title} |" for c, r in RULES.items()]
    assert {p.stem for p in (ROOT / DOCS).glob("EC*.md")} == set(RULES)
