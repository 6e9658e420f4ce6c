"""The WSGI entry point for granian or gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

# What has been loaded stays: the collector of circles need not look at it again and again while people wait (gc.freeze,
# Python's documentation). A call leaves some thousand objects behind, so 700 of them are no reason to look either.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)
