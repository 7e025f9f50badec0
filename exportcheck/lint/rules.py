"""The rules of the linter, in order of their codes. Each has a page in docs/lint/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exportcheck.lint import alike, application, conditions, gaps, priority, sections, untested, unused
from exportcheck.lint.finding import Finding, Rule
from exportcheck.lint.subject import Subject


def _nothing(rule: Rule, subject: Subject) -> tuple[Finding, ...]:
    """EC901 is found when the exclusions are applied."""
    return ()


_ALL: Final = (
    Rule(
        "EC101",
        "constant-condition",
        "A condition that is always true, or never",
        "it decides nothing, so something else was meant: a wrong value, sign, list or name",
        conditions.constant,
    ),
    Rule(
        "EC102",
        "repeated-condition",
        "The same thing said twice",
        "the second was most likely meant to say something else",
        conditions.repeated,
    ),
    Rule(
        "EC103",
        "needless-condition",
        "A clause or condition that never matters",
        "whoever reads it takes it for a condition of the law, and it is none here",
        conditions.implied,
    ),
    Rule(
        "EC104",
        "never-applies",
        "A provision that can never hold",
        "law that never applies is law left out",
        application.never_applies,
    ),
    Rule(
        "EC105",
        "never-in-force",
        "A text or clause that is in force on no day",
        "its dates are wrong, or it is dead weight",
        application.never_in_force,
    ),
    Rule(
        "EC106",
        "duplicate-provision",
        "A provision that another one repeats",
        "an amendment will reach one of them and not the other",
        alike.duplicates,
    ),
    Rule(
        "EC107",
        "subsumed-provision",
        "A provision that adds nothing to another one",
        "it never changes an answer, so it does not say what it was written for",
        alike.subsumed,
    ),
    Rule(
        "EC201",
        "no-priority",
        "Provisions in conflict, and nothing says which prevails",
        "a permission that is always prohibited, or an advice against another, leaves the reader to choose",
        priority.conflicts,
    ),
    Rule(
        "EC202",
        "ground-never-raised",
        "A ground that nothing raises",
        "if the law asks for this authorization, transfers that need it pass",
        gaps.never_raised,
    ),
    Rule(
        "EC203",
        "no-way-out",
        "A ground that nothing lifts, with nothing to apply for",
        "the answer is that a license is needed, and not which",
        gaps.no_way_out,
    ),
    Rule(
        "EC204",
        "lifts-nothing",
        "An exemption from what nothing requires",
        "it can authorize nothing",
        gaps.lifts_nothing,
    ),
    Rule(
        "EC205",
        "unreachable-exemption",
        "An exemption that is always switched off",
        "no transfer can ever rest on it",
        gaps.unreachable,
    ),
    Rule(
        "EC206",
        "activity-not-covered",
        "An activity for which a binding pack asks nothing",
        "a transfer of that kind passes without any provision having looked at it",
        gaps.uncovered,
    ),
    Rule("EC301", "unused-fact", "A fact that nothing reads", "people are asked for what makes no difference", unused.facts),
    Rule(
        "EC302",
        "unused-definition",
        "A definition that nothing uses",
        "the term was meant for some provision",
        unused.definitions,
    ),
    Rule("EC303", "unused-figure", "A figure that nothing uses", "a threshold of the law is not looked at", unused.parameters),
    Rule("EC304", "unused-list", "A list that nothing uses", "a list of the law is not looked at", unused.lists),
    Rule("EC305", "unused-table", "A table that nothing uses", "a table of the law is not looked at", unused.tables),
    Rule(
        "EC401",
        "unlisted-section",
        "A provision of a section that the pack does not list",
        "`sections` is where a reader sees how far the law is modelled",
        sections.unlisted,
    ),
    Rule(
        "EC402",
        "section-without-provision",
        "A section called modelled of which nothing speaks",
        "a reader relies on law that is not there",
        sections.without_provision,
    ),
    Rule("EC403", "stale-pack", "A pack that is out of date", "what changed since is not in it", sections.stale),
    Rule("EC501", "no-case", "A provision without a case", "nobody has seen it decide anything", untested.without_case),
    Rule(
        "EC502",
        "no-withholding-case",
        "An exemption of which no case withholds the facts",
        "a missing fact could pass, and no case would show it",
        untested.without_withhold,
    ),
    Rule(
        "EC901",
        "unused-exclusion",
        "An exclusion of nothing",
        "what it excused is gone, or was never found",
        _nothing,
    ),
)

RULES: Final[Mapping[str, Rule]] = {rule.code: rule for rule in _ALL}
