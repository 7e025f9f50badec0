"""Reads the reference copies of the EAR and writes the data tables and dated lists of the `ear` pack."""
