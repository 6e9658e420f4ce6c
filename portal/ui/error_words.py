"""What the pages of a refusal or a fault say: what happened, what is kept, and one way on."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.access import logs

Words = str | Promise
NOTHING_CHANGED = _("Nothing was changed.")
TO_THE_START = _("To the start")


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`code` is the HTTP status; `way` names the one link, which leads to `url`."""

    code: int
    title: Words
    happened: Words
    kept: Words = NOTHING_CHANGED
    way: Words = TO_THE_START
    url: str = "/"


PAGES = {
    "400": ErrorPage(
        400,
        _("The request could not be read"),
        _("Something in the request was broken. Go back and try again."),
    ),
    "403": ErrorPage(
        403,
        _("You may not do this"),
        _("Your role does not include this. If you need it, ask your manager or the administrator."),
    ),
    "403_csrf": ErrorPage(
        403,
        _("This form has expired"),
        _("The page was open for too long or cookies are off. Go back, reload the page and send it again."),
        _("Nothing was changed. What you typed is still on the page before this one."),
    ),
    "404": ErrorPage(
        404,
        _("Not found"),
        _("This page does not exist, or it is not meant for you. Check the number."),
    ),
    "405": ErrorPage(
        405,
        _("This address cannot be opened"),
        _("It only takes what a form sends. Open the page with the form, and press its button."),
    ),
    "409": ErrorPage(
        409,
        _("Somebody was faster"),
        _("What you wanted to change has been changed since you opened the page."),
        _("What was saved stays saved. What you typed was not taken over."),
    ),
    "413": ErrorPage(
        413,
        _("This is too large"),
        _("What was sent is larger than the portal takes. Shorten the text, or split the file and send it in parts."),
    ),
    "429": ErrorPage(
        429,
        _("Too many attempts"),
        _("Wait five minutes, then try again."),
    ),
    "500": ErrorPage(
        500,
        _("Something went wrong"),
        _("The fault is on our side and has been noted. Try again in a minute."),
        _("What was saved stays saved."),
    ),
    "503": ErrorPage(
        503,
        _("The portal is not available just now"),
        _("It cannot reach its database. This is usually over within minutes. Please make no contact meanwhile."),
        _("What was saved stays saved. What you typed is still on the page before this one."),
        _("Try again"),
    ),
}


def words_of(key: str) -> dict[str, object]:
    """What `errors/page.html` needs. The number leads whoever looks after the portal to the fault; no query."""
    return {"page": PAGES[key], "reference": logs.current()}
