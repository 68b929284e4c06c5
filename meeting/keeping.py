"""Finished answers of public pages, kept for everybody for at most a second.

A page is made once a second at most, however many ask for it, and once only where many
ask at the same moment. It is made for nobody in particular, so that it can be given to
anybody; and whatever is released shows within the second.
"""

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from copy import copy
from functools import cached_property, wraps
from hashlib import sha256
from http.cookies import SimpleCookie
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import ResponseHeaders
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe
from django.utils.translation import get_language

View = Callable[..., HttpResponse]
State = Callable[..., Hashable | None]
Wishes = dict[str, str]

MOST_ANSWERS = 256
MOST_BYTES = 64 * 1024**2
# Where its state says that nothing has changed, an answer holds for so many seconds.
LONGEST = 10
# Shorter ones grow when they are compressed.
LEAST_TO_COMPRESS = 200


class Kept:
    """A finished answer, since when it is true, and of which state."""

    def __init__(
        self, response: HttpResponse, at: float, state: Hashable | None
    ) -> None:
        self.response, self.state = response, state
        self.made_at = self.at = at
        self.content = response.content
        response["ETag"] = f'"{sha256(self.content).hexdigest()[:32]}"'
        response.headers.setdefault("Cache-Control", "public, no-cache")
        patch_vary_headers(response, ["Accept-Encoding"])

    @property
    def age(self) -> float:
        """In parts of the time for which it may be kept; 1 and more: it is over."""
        age = time.time() - self.at
        seconds = settings.KEPT_SECONDS
        # A clock that was set back says nothing about the age.
        return age / seconds if seconds and age >= 0 else 1

    def still_holds(self, at: float, state: Hashable | None) -> bool:
        return (
            state is not None
            and state == self.state
            and 0 <= at - self.made_at < LONGEST
        )

    @property
    def size(self) -> int:
        return len(self.content) * 2  # With room for the compressed bytes.

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.content, mtime=0)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """A copy of its own for each request: middleware writes into it."""
        answer = copy(self.response)
        answer.headers = ResponseHeaders(dict(self.response.items()))
        answer.cookies, answer._resource_closers = SimpleCookie(), []
        accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
        if "gzip" in accepted and len(self.content) >= LEAST_TO_COMPRESS:
            answer.content = self.compressed
            answer["Content-Encoding"] = "gzip"
            answer["ETag"] = f"W/{answer['ETag']}"  # As GZipMiddleware has it.
        moment = parse_http_date_safe(answer.get("Last-Modified", ""))
        found = get_conditional_response(request, answer["ETag"], moment, answer)
        if found is not answer:
            # What the page's policy allows goes for the copy that the reader has.
            vars(found).update(_read_by_middleware(answer))
        return found


def _read_by_middleware(response: HttpResponse) -> dict[str, Any]:
    """What views have told middleware: of the policy, and of frames."""
    return {
        name: value
        for name, value in vars(response).items()
        if name.startswith("_csp_") or name == "xframe_options_exempt"
    }


class Keeper:
    """The answers of this process; the one asked for least lately goes first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        # Many for all keys, since a lock for each would have to be given up again.
        self._making = [Lock() for _each in range(64)]

    def find(
        self,
        key: tuple,
        make: Callable[[], HttpResponse],
        see: Callable[[], Hashable | None],
    ) -> Kept:
        kept = self._get(key)
        if kept and kept.age < 0.5:
            return kept
        making = self._making[hash(key) % len(self._making)]
        # One makes it anew; the others get the old one while it holds, else they wait.
        if not making.acquire(blocking=kept is None or kept.age >= 1):
            return kept
        try:
            kept = self._get(key)
            if kept is None or kept.age >= 0.5:
                kept = self._renew(key, kept, make, see)
            return kept
        finally:
            making.release()

    def _renew(
        self,
        key: tuple,
        kept: Kept | None,
        make: Callable[[], HttpResponse],
        see: Callable[[], Hashable | None],
    ) -> Kept:
        # True as of before it was made: what is released meanwhile is missing.
        at = time.time()
        # Asked for only where there is an answer that may hold on.
        state = see() if kept else None
        if kept and kept.still_holds(at, state):
            kept.at = at
            return kept
        kept = Kept(make(), at, state)
        self._put(key, kept)
        return kept

    def __len__(self) -> int:
        return len(self._answers)

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()
            self._size = 0

    def _get(self, key: tuple) -> Kept | None:
        with self._lock:
            kept = self._answers.get(key)
            if kept:
                self._answers.move_to_end(key)
            return kept

    def _put(self, key: tuple, kept: Kept) -> None:
        if kept.size > MOST_BYTES or not settings.KEPT_SECONDS:
            return
        with self._lock:
            before = self._answers.pop(key, None)
            self._answers[key] = kept
            self._size += kept.size - (before.size if before else 0)
            while len(self._answers) > MOST_ANSWERS or self._size > MOST_BYTES:
                _key, oldest = self._answers.popitem(last=False)
                self._size -= oldest.size


keeper = Keeper()


def _unknown(**_where: str) -> None:
    """The state of a view that has not said what it depends on."""


def _no_wishes(_asked: Mapping[str, str]) -> Wishes:
    """What a view understands that takes no parameters."""
    return {}


def kept(
    understood: Callable[[Mapping[str, str]], Wishes] = _no_wishes,
    *,
    state: State = _unknown,
) -> Callable[[View], View]:
    """Keep what a view answers, by path, language and what it understands of the
    parameters: few answers, whatever strangers put into addresses.

    The view sees a request without a person: no account, cookie or session, and no
    other parameters. An answer must be finished text; errors are not kept. `state`
    is given what the view is given, and tells cheaply whether an answer would differ.
    """

    def keep(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **where: str) -> HttpResponse:
            wishes = understood(request.GET)
            key = (request.path, get_language(), tuple(wishes.items()))

            def make() -> HttpResponse:
                return view(_for_anybody(request, wishes), **where)

            return keeper.find(key, make, lambda: state(**where)).answer(request)

        return answer

    return keep


def _for_anybody(request: HttpRequest, wishes: Wishes) -> HttpRequest:
    """The request without who sent it."""
    query = QueryDict(mutable=True)
    query.update(wishes)
    anybody = copy(request)
    anybody.META = {
        name: value for name, value in request.META.items() if "COOKIE" not in name
    }
    anybody.META["QUERY_STRING"] = query.urlencode()
    anybody.GET, anybody.COOKIES, anybody.user = query, {}, AnonymousUser()
    # Whoever reads these all the same fails in the first test.
    for name in ("session", "_messages"):
        vars(anybody).pop(name, None)
    return anybody
