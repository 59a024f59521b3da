"""Parsing of files of readings: rows into columns, with the errors of each row."""
