"""Words about the trail: `{{ finding|finding_word:values }}`."""

from django import template

from portal.audit.findings import sentence

register = template.Library()
register.filter("finding_word", sentence)
