# Tasks asked for by a web process must find the same application as the worker's.
from meeting.celery import app as celery

__all__ = ["celery"]
