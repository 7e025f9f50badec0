"""Mistakes of rule packs that loading cannot see: what never applies, what never matters, what is missing, what nobody uses."""
