"""Releasing an agenda, and reading what was released, in a browser."""

import pytest
from django.urls import reverse

from agenda.models import Item, Release
from tests.making import make_item
