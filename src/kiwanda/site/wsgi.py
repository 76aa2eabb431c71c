"""The WSGI entry that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiwanda.site.settings")

application = get_wsgi_application()

if os.environ.get("KIWANDA_WARM"):
    # A server that is to stay makes the planning engine ready beside its first pages.
    from kiwanda.factory.planning import warming

    warming.begin()
