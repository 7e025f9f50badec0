"""Transaction descriptions: typed facts with the place where each was stated."""
