"""The farm package: a company's records as a folder of CSV, in and out, and what identifies them."""
