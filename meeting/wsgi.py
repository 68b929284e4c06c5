import gc
import logging
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from gunicorn.http.unreader import SocketUnreader

from meeting.gate import AT_ONCE, Gate
from meeting.private import WithoutLinks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meeting.settings")

# Of the web server itself, which names the address where an answer breaks off.
logging.getLogger("gunicorn.error").addFilter(WithoutLinks())

# Else 1 MB, which is more than the allocator keeps: it asks the system for each anew,
# and 2 GB cost up to three times as much.
SocketUnreader.max_body_chunk = AT_ONCE

application = Gate(get_wsgi_application(), settings.WEB_AT_WORK)

# What is there from the start stays; to look through it again and again, and after
# each 700 new objects, cost a long agenda a third of its time.
gc.freeze()
gc.set_threshold(50_000, 20, 20)
