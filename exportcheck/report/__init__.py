"""Output formats for verdicts and reasons."""
