"""Words of django-unfold that it brings no German for: named here, so that our catalogue has them."""

from django.utils.translation import gettext_noop as _

OF_UNFOLD = (
    _("Type to search"),
    _("Filters"),
    _("Apply Filters"),
    _("Recent searches"),
    _("No recent searches"),
    _("No results matching your query"),
    _("Loading more results..."),
    _("No results found"),
    _("This page yielded into no results. Create a new item or reset your filters."),
    _("Select action"),
    _("Select action to run"),
    _("Select all rows"),
    _("Select record"),
    _("Run"),
)
