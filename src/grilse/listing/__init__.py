"""Lists with filters, keyset cursors and fields: declared once, served by every interface."""
