"""Who has changed what, without asking who reads."""

from auditlog.middleware import AuditlogMiddleware
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest


class LazyAuditlogMiddleware(AuditlogMiddleware):
    """Looks for the person only once something is logged.

    Else every page would depend on the visitor's cookies, and tell caches so.
    """

    @staticmethod
    def _get_actor(request: HttpRequest) -> User | AnonymousUser:
        return request.user  # Lazy; auditlog passes over who has no account.
