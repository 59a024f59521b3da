"""What the web server calls."""

import gc

from django.core.wsgi import get_wsgi_application

from grilse.project.django_setup import connect_django


def preload_application() -> None:
    """Load what the first requests would wait for, and keep what stays out of every collection of garbage.

    A route that does not say what it needs ends the start here.
    """
    import grilse.growth.estimating.run
    import grilse.project.urls  # noqa: F401 - both are loaded for their own sake

    gc.collect()
    gc.freeze()


connect_django()
application = get_wsgi_application()
preload_application()
