"""Pages state what they need, as every route does."""

from grilse.door import may, personal, public

__all__ = ["may", "personal", "public"]
