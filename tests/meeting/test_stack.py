"""Every request has room on the stack, whatever calls it."""

from django.conf import settings
from django.test import RequestFactory

from meeting import stack
from meeting.stack import give_room


def test_every_request_is_given_room():
    assert settings.MIDDLEWARE[0] == f"{stack.__name__}.{give_room.__name__}"


def test_the_frame_is_larger_than_a_chunk_and_answers_what_it_is_told():
    answer = give_room(lambda request: request.path)

    assert answer.__code__.co_stacksize * 8 > 16 * 1024
    assert answer(RequestFactory().get("/15/")) == "/15/"
