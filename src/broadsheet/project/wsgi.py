"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.project.settings")

application = get_wsgi_application()

# What is loaded by now stays to the end: the collector need not walk it beside every page.
gc.collect()
gc.freeze()
