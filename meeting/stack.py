"""Room on the stack for a whole request.

CPython keeps frames in chunks of 16 KB, and makes and frees one each time that a call
crosses from one chunk to the next. A page whose thousands of small calls happen to
stand at such a border takes three times as long, and the next change of the code moves
the border elsewhere (CPython issue 142183, mended in 3.15).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# In words of eight bytes: such a frame gets a chunk of 128 KB, more than half of which
# is left for the calls within it.
ROOM = 7_500


def give_room(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware, outside of all others: what it calls stands in one chunk."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    answer.__code__ = answer.__code__.replace(co_stacksize=ROOM)
    return answer
