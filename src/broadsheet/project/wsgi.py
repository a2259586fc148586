"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.project.settings")

application = get_wsgi_application()

# What is loaded by now stays to the end: the collector need not walk it beside every page. Nor
# need it look three times a page for cycles, of which a page leaves few.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)
