"""What the tests of the outside pages share: browsers without an account, and the links from mails."""

import email
import email.policy
import re

from django.test import Client

from consent.services import links
from portal.access.tokens import token_of
from portal.outbox.delivery import deliver_due


def browser(**options) -> Client:
    """Somebody outside, who reads English and checks nothing for Django's sake."""
    return Client(headers={"accept-language": "en"}, **options)


def token_of_opt_in(opt_in) -> str:
    return token_of("consent.opt_in", bytes(opt_in.nonce))


def open_page(customer, point, *, at, browser_=None) -> Client:
    """A browser in which the customer's own page is open."""
    link = links.preference_link(customer=customer, point=point, at=at)
    outside = browser_ or browser()
    assert outside.get(f"/p/{links.token_of_link(link)}/").url == "/p/"
    return outside


def mails(folder, *, at) -> list:
    """Deliver what is due, and read every mail that lies in the folder."""
    deliver_due(at=at)
    files = sorted(folder.glob("*.eml")) if folder.exists() else []
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]


def link_in(mail, pattern: str) -> str:
    """The path of the link in a mail's text."""
    text = mail.get_body(preferencelist=("plain",)).get_content()
    return re.search(rf"https?://[^/\s]+({pattern})", text).group(1)
