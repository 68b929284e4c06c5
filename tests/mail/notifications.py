"""What mail servers write when a mail was not delivered, in the shapes of each.

They are about a mail with this Message-ID; `to` is its envelope sender.
"""

NAME = "<173245.42.7@localhost>"
TO = "bounces@example.org"
SAID = "550 5.1.1 <person@example.org>: Recipient address rejected: User unknown"


def postfix(name=NAME, to=TO, said=SAID, action="failed", status="5.1.1"):
    """RFC 3464, with the headers of the mail."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F1A2.1764000000/mx.example.org"
Message-Id: <20261124120000.5D2C1@mx.example.org>

This is a MIME-encapsulated message.

--4F1A2.1764000000/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<person@example.org>: host mail.example.org[192.0.2.7] said: {said}

--4F1A2.1764000000/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4F1A2
X-Postfix-Sender: rfc822; {to}
Arrival-Date: Tue, 24 Nov 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; person@example.org
Original-Recipient: rfc822;person@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; {said}

--4F1A2.1764000000/mx.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{to}>
Message-ID:
 {name}
Subject: Registration received
From: Plenary <no-reply@example.org>
To: person@example.org

--4F1A2.1764000000/mx.example.org--
""".encode()


def exim(name=NAME, to=TO):
    """Plain text, with a copy of the mail below a line."""
    return f"""\
Return-path: <>
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: {to}
X-Failed-Recipients: person@example.org
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1tFabc-0001@mx.example.org>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  person@example.org
    host mail.example.org [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<person@example.org>:
    550 No such person here

------ This is a copy of the message, including all the headers. ------

Return-path: <{to}>
Message-ID: {name}
Subject: Registration received
From: Plenary <no-reply@example.org>
To: person@example.org

Your registration was received.
""".encode()


def exchange(name=NAME, to=TO):
    """RFC 3464, with HTML before it and the whole mail behind, by its own Message-ID."""
    return f"""\
From: <postmaster@example.onmicrosoft.com>
To: <{to}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="a1b2c3"
X-MS-Exchange-Message-Is-Ndr:
Message-ID: <0a1b@AM9P193.example.org>
In-Reply-To: {name}
References: {name}
Subject: Undeliverable: Registration received
Auto-Submitted: auto-replied

--a1b2c3
Content-Type: multipart/alternative; boundary="d4e5"

--d4e5
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message to person@example.org couldn't be delivered.
person wasn't found at example.org.

--d4e5
Content-Type: text/html; charset="us-ascii"

<html><body>Your message couldn't be delivered.</body></html>
--d4e5--

--a1b2c3
Content-Type: message/delivery-status

Reporting-MTA: dns;AM9P193.example.org
Received-From-MTA: dns;mx.example.org
Arrival-Date: Tue, 24 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822;person@example.org
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 person@example.org not found by SMTP address lookup

--a1b2c3
Content-Type: message/rfc822

Received: from mx.example.org by AM9P193.example.org; Tue, 24 Nov 2026 12:00:00 +0000
From: Plenary <no-reply@example.org>
To: <person@example.org>
Subject: Registration received
Message-ID: {name}
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

Your registration was received.

--a1b2c3--
""".encode()


def gmail(name=NAME, to=TO):
    """RFC 3464; the mail's Message-ID stands in the report and in what it answers."""
    return f"""\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {to}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: {name}
In-Reply-To: {name}
X-Failed-Recipients: person@example.org
Message-ID: <6564.173@mx.google.example>
MIME-Version: 1.0
Content-Type: multipart/report; boundary="0000ab"; report-type=delivery-status

--0000ab
Content-Type: multipart/related; boundary="0000cd"

--0000cd
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to person@example.org because the address
couldn't be found, or is unable to receive mail.

--0000cd--
--0000ab
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Tue, 24 Nov 2026 04:00:00 -0800 (PST)
X-Original-Message-ID: {name}

Final-Recipient: rfc822; person@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not
 exist. 550 5.1.1 For more information, see the help pages.
Last-Attempt-Date: Tue, 24 Nov 2026 04:00:01 -0800 (PST)

--0000ab--
""".encode()


def out_of_office(name=NAME, to=TO):
    return f"""\
From: person@example.org
To: {to}
Subject: Automatic reply: Registration received
Auto-Submitted: auto-replied
In-Reply-To: {name}

I am away until Monday.
""".encode()


def answer(name=NAME, to=TO):
    """Of a person, with the mail below."""
    return f"""\
From: person@example.org
To: {to}
Subject: Re: Registration received
In-Reply-To: {name}
References: {name}

Thank you. May I bring a colleague?

> Message-ID: {name}
> Your registration was received.
""".encode()


# No parser we know reads it.
BROKEN = postfix().replace(b"Action: failed", b"Action: failed \xe4")
