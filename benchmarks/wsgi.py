"""The WSGI entry point of benchmarks: the portal on the scratch database that BENCHMARK_DATABASE names, with the floor
of `benchmarks.served` beside it."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
settings.DATABASES["default"]["NAME"] = os.environ["BENCHMARK_DATABASE"]
settings.ROOT_URLCONF = "benchmarks.served"
settings.LENIENT = False  # what is measured is the house of production
settings.ALLOWED_HOSTS = ["127.0.0.1"]

from portal.wsgi import application  # noqa: E402, F401
