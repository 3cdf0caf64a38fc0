"""Bounces as providers write them, with invented names; {id} is the Message-ID of the mail that came back."""

from __future__ import annotations

from base64 import b64encode
from email import message_from_bytes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

STANDARD = """\
Return-Path: <>
From: MAILER-DAEMON@relay.example.org (Mail Delivery System)
To: duban@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.org

Final-Recipient: rfc822; filler@example.org
Original-Recipient: rfc822;filler@example.org
Action: {action}
Status: 5.1.1
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 <filler@example.org>: Recipient
    address rejected: User unknown

--b
Content-Type: text/rfc822-headers

From: duban@example.org
Subject: reminder
Message-ID:
 {id}

--b--
"""

# 163 and other Coremail servers: the words in a page, the status and the mail attached, and no report-type.
COREMAIL = """\
Return-Path: <>
From: =?GBK?B?{from}?= <Postmaster@163.example.org>
To: duban@example.org
Subject: =?GBK?B?{subject}?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/html; charset=gb2312
Content-Transfer-Encoding: base64

{page}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; 163.example.org

Final-recipient: RFC822;filler@example.org
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp;550 User not found: filler@example.org

--b
Content-Type: message/rfc822

From: duban@example.org
Message-ID: {id}
Subject: reminder

text
--b--
"""

# QQ: a page in Chinese, the mail attached in base64.
QQ = """\
From: "QQMail" <10000@qq.example.org>
To: duban@example.org
Subject: =?utf-8?B?{subject}?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

{page}
--b
Content-Type: message/rfc822; name="original.eml"
Content-Transfer-Encoding: base64

{original}
--b--
"""

# A plain one that quotes the headers in its text, as qmail does.
QMAIL = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: duban@example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.

<filler@example.org>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 unknown user
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Return-Path: <duban@example.org>
Message-ID: {id}
Subject: reminder
"""

# Exchange with its words in Chinese; the mail itself is not returned, only answered.
EXCHANGE = """\
From: <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@office.example.org>
To: duban@example.org
Subject: =?utf-8?B?{subject}?=
In-Reply-To: {id}
References: {id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

{page}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns;office.example.org

Final-recipient: RFC822;filler@example.org
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found

--b--
"""

# None of these says that a mail of ours failed, though each names one.
ANSWER = """\
Return-Path: <filler@example.org>
From: filler@example.org
To: duban@example.org
Subject: =?utf-8?B?{subject}?=
In-Reply-To: {id}

550 words are too many.
"""
VACATION = """\
Return-Path: <>
From: filler@example.org
To: duban@example.org
Subject: =?utf-8?B?{subject}?=
Auto-Submitted: auto-replied
In-Reply-To: {id}

back on Monday
"""
READ_RECEIPT = """\
Return-Path: <>
From: filler@example.org
To: duban@example.org
Subject: Read: reminder
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b
Content-Type: text/plain

Your message was read.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;filler@example.org
Original-Message-ID: {id}
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""


def _base64(text: str, charset: str = "utf-8") -> str:
    return b64encode(text.encode(charset)).decode()


def bounce(template: str, message_id: str, **values: str) -> Message:
    """A sample about the mail `message_id`, as it comes out of a mailbox."""
    original = f"From: duban@example.org\r\nMessage-ID: {message_id}\r\n\r\ntext\r\n"
    fields = {"id": message_id, "action": "failed", "original": _base64(original)} | values
    return message_from_bytes(template.format(**fields).replace("\n", "\r\n").encode())


def standard(message_id: str, action: str = "failed") -> Message:
    return bounce(STANDARD, message_id, action=action)


def coremail(message_id: str) -> Message:
    page = "<html><style>p{color:red}</style><p>退信原因：收件人不存在</p></html>"
    return bounce(
        COREMAIL,
        message_id,
        subject=_base64("系统退信", "gbk"),
        page=_base64(page, "gbk"),
        **{"from": _base64("邮件系统", "gbk")},
    )


def qq(message_id: str) -> Message:
    page = (
        "<html><head><style>.x{top:550 1px}</style></head><body><p>抱歉，您的邮件被退回来了……</p>"
        "<div>退信原因：收件人（filler@example.org）所属域名不存在，邮件无法送达。</div></body></html>"
    )
    return bounce(QQ, message_id, subject=_base64("系统退信/Systems bounce"), page=_base64(page))


def qmail(message_id: str) -> Message:
    return bounce(QMAIL, message_id)


def exchange(message_id: str) -> Message:
    page = "<p>无法将邮件传递给以下收件人或组</p>"
    return bounce(EXCHANGE, message_id, subject=_base64("未能送达: 催报"), page=_base64(page))


def answer(message_id: str) -> Message:
    return bounce(ANSWER, message_id, subject=_base64("回复：系统退信怎么办"))


def vacation(message_id: str) -> Message:
    return bounce(VACATION, message_id, subject=_base64("自动回复：催报"))


def read_receipt(message_id: str) -> Message:
    return bounce(READ_RECEIPT, message_id)
