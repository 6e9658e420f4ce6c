"""The addresses that people outside the company open; they need no sign-in."""

from django.urls import path

from consent.views import opt_in, preferences, unsubscribe

urlpatterns = [
    path("opt-in/confirm/<str:token>/", opt_in.opt_in_confirm, name="opt_in_confirm"),
    path("opt-in/<slug:line>/", opt_in.opt_in, name="opt_in"),
    path("opt-in/<slug:line>/sent/", opt_in.opt_in_sent, name="opt_in_sent"),
    path("p/", preferences.preferences, name="preferences"),
    path("p/off/", preferences.preferences_off, name="preferences_off"),
    path("p/on/", preferences.preferences_on, name="preferences_on"),
    path("p/confirm/", preferences.preferences_confirmation_sent, name="preferences_confirmation_sent"),
    path("p/stop/", preferences.preferences_stop, name="preferences_stop"),
    path("p/no-advertising/", preferences.preferences_no_advertising, name="preferences_no_advertising"),
    path("p/done/", preferences.preferences_done, name="preferences_done"),
    path("p/ask/", preferences.preferences_ask, name="preferences_ask"),
    path("p/asked/", preferences.preferences_asked, name="preferences_asked"),
    path("p/link/", preferences.preferences_ask_link, name="preferences_ask_link"),
    path("p/link/sent/", preferences.preferences_link_sent, name="preferences_link_sent"),
    path("p/receipts.zip", preferences.preferences_receipts, name="preferences_receipts"),
    path("p/close/", preferences.preferences_close, name="preferences_close"),
    path("p/<str:token>/", preferences.preferences_link, name="preferences_link"),
    path("u/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
