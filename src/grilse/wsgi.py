"""What the web server calls."""

from django.core.wsgi import get_wsgi_application

from grilse.connect import connect

connect()
application = get_wsgi_application()
