"""The JSON door: one router a room, all behind the login of the pages."""

from ninja import NinjaAPI
from ninja.renderers import JSONRenderer
from ninja.security import django_auth

from grilse.api import growth, projections


class Compact(JSONRenderer):
    """JSON without spaces between its parts."""

    json_dumps_params = {"separators": (",", ":")}


# The interactive documentation would load scripts from elsewhere; the schema itself is served.
api = NinjaAPI(title="Grilse", version="1", auth=django_auth, docs_url=None, renderer=Compact())
api.add_router("/batches", growth.router)
api.add_router("/batches", projections.router)
