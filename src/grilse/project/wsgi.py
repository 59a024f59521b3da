"""The WSGI application."""

import gc

from django.core.wsgi import get_wsgi_application

from grilse.django_setup import connect_django


def preload_application() -> None:
    """Import what the first requests would wait for, and exclude it from garbage collection.

    A route that declares no permissions stops the start here.
    """
    import grilse.growth.estimating.run
    import grilse.project.urls  # noqa: F401 - importing them is the purpose

    gc.collect()
    gc.freeze()


connect_django()
application = get_wsgi_application()
preload_application()
