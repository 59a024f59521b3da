"""The one reader of delimited text files: bytes into text, rows, and the values of cells. It knows no table."""
