"""What a mail says without its frame: for the page of messages, and for the mail that bundles several."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.base import Template
from django.template.loader import get_template, render_to_string
from django.template.loader_tags import BlockNode, ExtendsNode

from portal.outbox.models import OutboxMessage

_LINK = re.compile(r'href="(/[^/"][^"]*)">([^<]+)</a>')


@dataclass(frozen=True, slots=True)
class Told:
    """Heading and body of one message in the language that is active, and the first page it links to with the words of
    that link."""

    subject: str
    html: str
    text: str
    path: str = ""
    label: str = ""


def told(message: OutboxMessage, *, site_url: str = "") -> Told:
    """Put the words together. Without `site_url` the links lead to pages of this portal, as paths."""
    context = _context(message, site_url)
    subject = " ".join(render_to_string(f"emails/{message.topic}.subject.txt", context).split())
    html = _body(f"emails/{message.topic}.html", context)
    text = _body(f"emails/{message.topic}.txt", context)
    link = _LINK.search(html)
    path, label = link.groups() if link else ("", "")
    return Told(subject, html, text.strip(), path, unescape(label))


def subject_only(message: OutboxMessage) -> Told:
    """For a message whose words cannot be put together any more: it is still there, and says what it is about."""
    return Told(message.topic, "", "")


def _context(message: OutboxMessage, site_url: str) -> dict[str, Any]:
    company = settings.COMPANY_NAME
    return {**message.payload, "recipient": message.recipient, "site_url": site_url, "company": company}


def _body(name: str, context: dict[str, Any]) -> str:
    """The block `body` of a mail's template, escaped as the template says (Django marks it so); greeting and footer
    stand around it in the template it extends."""
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    block = _block(template)
    filled = Context(context, autoescape=True)
    with filled.render_context.push_state(template), filled.bind_template(template):
        return block.render(filled)


def _block(template: Template) -> BlockNode:
    for node in template.nodelist:
        if isinstance(node, ExtendsNode) and "body" in node.blocks:
            return node.blocks["body"]
    raise ValueError(f"{template.name} has no block “body”")
