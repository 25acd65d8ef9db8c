"""The WSGI entry point for gunicorn and the embedded server."""

import os

from django.core.wsgi import get_wsgi_application

from reputation.warming import warm_in_background

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")
application = get_wsgi_application()
warm_in_background()
