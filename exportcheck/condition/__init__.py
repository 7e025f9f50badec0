"""The expression language of the rules: grammar, types and three-valued truth."""
