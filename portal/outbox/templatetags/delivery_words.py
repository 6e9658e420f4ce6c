"""Words about messages: `{{ row|error_class }}`."""

from django import template

from portal.outbox.standing import error_class

register = template.Library()
register.filter("error_class", error_class)
