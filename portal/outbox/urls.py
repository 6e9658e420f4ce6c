from django.urls import path

from portal.outbox import message_views, views

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/again/", views.outbox_again, name="outbox_again"),
    path("outbox/<int:pk>/give-up/", views.outbox_give_up, name="outbox_give_up"),
    path("messages/", message_views.messages, name="messages"),
    path("messages/read/", message_views.messages_read, name="messages_read"),
    path("messages/<int:pk>/open/", message_views.message_open, name="message_open"),
    path("messages/<int:pk>/read/", message_views.message_read, name="message_read"),
    path("messages/<int:pk>/unread/", message_views.message_unread, name="message_unread"),
]
