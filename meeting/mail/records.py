"""What DNS says of the domain that mails come from: SPF, DKIM, DMARC, and its MX.

By these records other mail servers decide whether a mail is ours, and where it goes.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Somebody waits for the page; so long for all questions together.
PATIENCE = 5.0
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
Words = str | Promise


class NoAnswerError(Exception):
    """DNS did not say whether there is such a record."""


@dataclass(frozen=True)
class Found:
    """What one kind of record says: `level` is good, open (could be better) or bad."""

    name: str
    level: str
    words: Words
    records: tuple[str, ...] = ()


def sender_domain() -> str:
    """The domain that people see; empty where DNS cannot know it."""
    return _domain_of(settings.DEFAULT_FROM_EMAIL)


def return_domain() -> str:
    """Where mails come back to: by this domain SPF is checked."""
    return _domain_of(settings.MAIL_RETURN_PATH) or sender_domain()


def _domain_of(address: str) -> str:
    domain = parseaddr(address)[1].rpartition("@")[2]
    try:
        name = domain.strip(".").encode("idna").decode().lower()
    except UnicodeError:
        return ""
    return name if "." in name and are_labels(name) else ""


def are_labels(name: str) -> bool:
    return all(LABEL.fullmatch(label) for label in name.split("."))


def look(domain: str, back: str, selector: str = "") -> Iterator[Found]:
    """Ask DNS now, for `PATIENCE` seconds at most; mails come back to `back`."""
    questions = Questions()
    checks: list[tuple[str, Callable[..., Found], tuple[str, ...]]] = [
        ("SPF", spf, (back,)),
        ("DKIM", dkim, (domain, selector)),
        ("DMARC", dmarc, (domain,)),
        ("MX", mx, (back,)),
    ]
    for name, check, arguments in checks:
        try:
            yield check(questions, *arguments)
        except NoAnswerError:
            words = _(
                "DNS did not answer in time, so this is not known. Try again; if it"
                " stays so, the machine that Plenary runs on cannot reach a DNS server."
            )
            yield Found(name, "open", words)


class Questions:
    """Asked one after the other, by one deadline."""

    def __init__(self) -> None:
        self._ends_at = time.monotonic() + PATIENCE

    def ask(self, name: str, kind: str) -> list[str]:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise NoAnswerError
        try:
            resolver = dns.resolver.get_default_resolver()
            answer = resolver.resolve(name + ".", kind, lifetime=left)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise NoAnswerError from error
        return [_text(record) for record in answer]

    def texts(self, name: str, begin: str) -> list[str]:
        """The TXT records that begin so; a domain has others, for other purposes."""
        pattern = re.compile(rf"{begin}\s*(;|\s|$)", re.IGNORECASE)
        return [text for text in self.ask(name, "TXT") if pattern.match(text)]


def _text(record: object) -> str:
    # A long text comes in pieces, which mean one.
    pieces = getattr(record, "strings", None)
    if pieces is None:
        return str(record)
    return b"".join(pieces).decode("utf-8", "replace")


def spf(questions: Questions, domain: str) -> Found:
    """Which servers may send for the domain."""
    records = tuple(questions.texts(domain, "v=spf1"))
    if not records:
        level, words = "bad", _("There is none: any server could send in your name.")
    elif len(records) > 1:
        level, words = (
            "bad",
            _(
                "There is more than one, which counts as none. Put all into one record,"
                " and delete the others."
            ),
        )
    else:
        level, words = _judge_spf(records[0].lower().split())
    return Found("SPF", level, words, records)


def _judge_spf(terms: list[str]) -> tuple[str, Words]:
    if {"+all", "all"} & {*terms}:
        return "bad", _(
            "It lets every server of the world send in your name. Write -all in place"
            " of +all."
        )
    if {"-all", "~all"} & {*terms}:
        return "good", _("It names who may send. Make sure that your server is in it.")
    if any(term.startswith("redirect=") for term in terms):
        return "good", _("It follows the record of another domain.")
    return "open", _(
        "It says nothing of other servers. End it with -all, or with ~all while you"
        " try it out."
    )


def dkim(questions: Questions, domain: str, selector: str = "") -> Found:
    """The key by which our mail server's signature is checked."""
    if not selector:
        words = _(
            "DNS can be asked only by the selector, which your mail server chooses."
            " Write it into the field; it stands as s=… in the DKIM-Signature of a"
            " mail that has arrived."
        )
        return Found("DKIM", "open", words)
    name = f"{selector}._domainkey.{domain}"
    keys = [
        text for text in questions.ask(name, "TXT") if "p=" in text.replace(" ", "")
    ]
    if not keys:
        words = _("There is no key under this selector, at %(name)s.") % {"name": name}
        return Found("DKIM", "bad", words)
    if not tags_of(keys[0]).get("p"):
        words = _("The key is empty: it was withdrawn. Publish the present one.")
        return Found("DKIM", "bad", words, tuple(keys))
    return Found("DKIM", "good", _("There is a key."), tuple(keys))


def dmarc(questions: Questions, domain: str) -> Found:
    """What others should do with mail that is not ours; a parent's holds below it."""
    for name in _with_parents(domain):
        records = tuple(questions.texts(f"_dmarc.{name}", "v=dmarc1"))
        if records:
            level, words = _judge_dmarc(records, is_parent=name != domain)
            return Found("DMARC", level, words, records)
    words = _(
        "There is none: nobody is told what to do with mail that only claims to be"
        " yours, and some large mail providers refuse mail from such a domain."
    )
    return Found("DMARC", "bad", words)


def _with_parents(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def _judge_dmarc(records: tuple[str, ...], *, is_parent: bool) -> tuple[str, Words]:
    if len(records) > 1:
        return "bad", _("There is more than one, which counts as none. Keep one.")
    tags = tags_of(records[0])
    policy = (tags.get("sp") if is_parent else "") or tags.get("p", "")
    match policy.lower():
        case "reject" | "quarantine":
            return "good", _(
                "Mail that is not yours is kept from people (%s)."
            ) % policy
        case "none":
            return "open", _(
                "It only watches (p=none). Once the reports show that your own mail"
                " passes, write p=quarantine."
            )
    return "bad", _("It has no policy. Write p=none, p=quarantine or p=reject.")


def tags_of(record: str) -> dict[str, str]:
    """The parts of a record such as "v=DMARC1; p=none"."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _is, value in pairs}


def mx(questions: Questions, domain: str) -> Found:
    """Where mail to the domain goes, and so what comes back."""
    records = tuple(sorted(questions.ask(domain, "MX")))
    if not records:
        words = _(
            "There is none, so mail to the sender's address, such as a report that a"
            " mail came back, may reach nobody."
        )
        return Found("MX", "open", words)
    if all(record.endswith(" .") for record in records):
        words = _(
            "It says that the domain takes no mail: what comes back reaches nobody."
        )
        return Found("MX", "open", words, records)
    return Found("MX", "good", _("The domain takes mail."), records)
