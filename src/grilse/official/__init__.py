"""Series that authorities publish, to compare with the company's own."""
