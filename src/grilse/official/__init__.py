"""Figures that authorities publish, beside the company's own."""
