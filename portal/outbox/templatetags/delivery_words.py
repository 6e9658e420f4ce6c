"""Words about messages: `{{ row|error_class }}`, `{{ row|receiver:user }}`."""

from django import template

from portal.outbox.standing import error_class, receiver

register = template.Library()
register.filter("error_class", error_class)
register.filter("receiver", receiver)
