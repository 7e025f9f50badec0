"""The facts that a transaction may state, with type, unit and question."""
