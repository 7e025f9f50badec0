"""Whether the cases would notice a mistake: small changes of the law, one at a time, and the cases that name what was changed."""
