"""Rule packs: checked, dated provisions, definitions, lists, parameters and tables."""
