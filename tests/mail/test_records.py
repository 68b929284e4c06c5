"""What is said of a domain's records, as a real DNS server gives them."""

import dns.resolver
import pytest

from meeting.mail import records
from meeting.mail.records import look, return_domain, sender_domain

DOMAIN = "meetings.example.org"


def found(name, selector=""):
    return next(each for each in look(DOMAIN, DOMAIN, selector) if each.name == name)


@pytest.mark.parametrize(
    ("texts", "level", "words"),
    [
        ([], "bad", "There is none"),
        (["google-site-verification=x", "v=spf10 -all"], "bad", "There is none"),
        (["v=spf1 a:mail.example.org -all"], "good", "names who may send"),
        (["V=SPF1 include:example.net ~ALL"], "good", "names who may send"),
        (["v=spf1 redirect=_spf.example.net"], "good", "another domain"),
        (["v=spf1 -all", "v=spf1 a -all"], "bad", "more than one"),
        (["v=spf1 a +all"], "bad", "every server of the world"),
        (["v=spf1 a all"], "bad", "every server of the world"),
        (["v=spf1 a ?all"], "open", "says nothing of other servers"),
        (["v=spf1 a"], "open", "says nothing of other servers"),
    ],
)
def test_spf(dns_server, texts, level, words):
    if texts:
        dns_server.publish(DOMAIN, "TXT", *texts)

    spf = found("SPF")

    assert (spf.level, words in str(spf.words)) == (level, True)


def test_a_record_in_pieces_is_one(dns_server):
    dns_server.records[f"{DOMAIN}.", "TXT"] = ['"v=spf1 a:mail.exam" "ple.org -all"']

    assert found("SPF").records == ("v=spf1 a:mail.example.org -all",)


@pytest.mark.parametrize(
    ("texts", "level", "words"),
    [
        ([], "bad", "There is none"),
        (["v=DMARC1; p=none; rua=mailto:d@example.org"], "open", "only watches"),
        (["v=DMARC1;p=quarantine"], "good", "quarantine"),
        (["v=DMARC1 ; p = reject"], "good", "reject"),
        (["v=DMARC1; rua=mailto:d@example.org"], "bad", "no policy"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "bad", "more than one"),
    ],
)
def test_dmarc(dns_server, texts, level, words):
    if texts:
        dns_server.publish(f"_dmarc.{DOMAIN}", "TXT", *texts)

    dmarc = found("DMARC")

    assert (dmarc.level, words in str(dmarc.words)) == (level, True)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("v=DMARC1; p=none; sp=reject", "good"),
        ("v=DMARC1; p=reject; sp=none", "open"),
        ("v=DMARC1; p=reject", "good"),
    ],
)
def test_dmarc_of_the_parent_holds_below_it(dns_server, text, level):
    dns_server.publish("_dmarc.example.org", "TXT", text)

    assert found("DMARC").level == level
    assert ("_dmarc.org.", "TXT") not in dns_server.asked


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("", "bad", "no key under this selector"),
        ("v=DKIM1; k=rsa; p=MIIBIjANBg", "good", "There is a key"),
        ("v=DKIM1; p=", "bad", "withdrawn"),
    ],
)
def test_dkim_by_its_selector(dns_server, text, level, words):
    if text:
        dns_server.publish(f"s2026._domainkey.{DOMAIN}", "TXT", text)

    dkim = found("DKIM", "s2026")

    assert (dkim.level, words in str(dkim.words)) == (level, True)


def test_dkim_without_a_selector_is_not_known(dns_server):
    assert found("DKIM").level == "open"
    assert not [name for name, _kind in dns_server.asked if "_domainkey" in name]


@pytest.mark.parametrize(
    ("record", "level"),
    [("", "open"), ("10 mail.example.org.", "good"), ("0 .", "open")],
)
def test_mx(dns_server, record, level):
    if record:
        dns_server.publish(DOMAIN, "MX", record)

    assert found("MX").level == level


def test_a_silent_server_is_said_to_be_silent(dns_server, monkeypatch):
    monkeypatch.setattr(records, "PATIENCE", 0.2)
    dns_server.is_silent = True

    lines = list(look(DOMAIN, DOMAIN, "s2026"))

    # One question alone is waited for, and for so long: the page is.
    assert {name for name, _kind in dns_server.asked} == {f"{DOMAIN}."}
    assert {line.level for line in lines} == {"open"}
    assert all("DNS did not answer" in str(line.words) for line in lines)


def test_no_dns_server_at_all_is_said_too(monkeypatch):
    nobody = dns.resolver.Resolver(configure=False)
    monkeypatch.setattr(dns.resolver, "default_resolver", nobody)

    assert "DNS did not answer" in str(found("SPF").words)


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("Plenary <no-reply@Meetings.Example.org>", "meetings.example.org"),
        ("no-reply@bücher.example", "xn--bcher-kva.example"),
        ("Plenary <no-reply@localhost>", ""),
        ("nobody", ""),
        ("a@[127.0.0.1]", ""),
    ],
)
def test_domain_of_the_sender(settings, sender, domain):
    settings.DEFAULT_FROM_EMAIL = sender

    assert sender_domain() == domain


def test_spf_is_looked_up_where_mails_come_back_to(dns_server, settings):
    settings.DEFAULT_FROM_EMAIL = "Plenary <meetings@example.org>"
    settings.MAIL_RETURN_PATH = "bounces@mail.example.org"
    dns_server.publish("mail.example.org", "TXT", "v=spf1 a -all")

    found = {each.name: each for each in look(sender_domain(), return_domain())}

    assert found["SPF"].level == "good"
    assert ("_dmarc.example.org.", "TXT") in dns_server.asked


def test_without_a_return_path_mails_come_back_to_the_sender(settings):
    settings.DEFAULT_FROM_EMAIL = "Plenary <meetings@example.org>"
    settings.MAIL_RETURN_PATH = ""

    assert return_domain() == "example.org"
