"""Pages, templates and charts."""
