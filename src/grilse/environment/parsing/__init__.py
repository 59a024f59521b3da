"""Files of readings on their way in: rows into columns, and what is wrong with each row."""
