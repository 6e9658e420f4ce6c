from django.urls import path

from consent import api

urlpatterns = [
    path("api/v1/opt-ins", api.opt_ins, name="api_opt_ins"),
    path("api/v1/withdrawals", api.withdrawals, name="api_withdrawals"),
    path("api/v1/objections", api.objections, name="api_objections"),
]
