"""Pages state what they need, as every route does."""

from grilse.access.requests import permission_required, personal_view, public_view

__all__ = ["permission_required", "personal_view", "public_view"]
