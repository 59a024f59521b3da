"""Findings: what needs attention at the sites of a company, since when, and who deals with it."""
