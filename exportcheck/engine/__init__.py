"""Applies a ruleset to a transaction: outcomes, conclusions, verdicts and reasons."""
