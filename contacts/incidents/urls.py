from django.urls import path

from contacts.incidents.views import incidents, judging, ordering, reporting

urlpatterns = [
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/mine/", reporting.incidents_mine, name="incidents_mine"),
    path("incidents/report/", reporting.incident_report, name="incident_report"),
    path("incidents/<str:number>/", incidents.incident, name="incident"),
    path("incidents/<str:number>/step/", incidents.incident_step, name="incident_step"),
    path("incidents/<str:number>/note/", incidents.incident_note, name="incident_note"),
    path("incidents/<str:number>/assess/", judging.incident_assess, name="incident_assess"),
    path("incidents/<str:number>/tell/<str:about>/", judging.incident_decide, name="incident_decide"),
    path("incidents/<str:number>/close/", judging.incident_close, name="incident_close"),
    path("incidents/<str:number>/export/<str:kind>/", judging.incident_export, name="incident_export"),
    path("incidents/<str:number>/order/", ordering.incident_order, name="incident_order"),
    path("incidents/<str:number>/order/issue/", ordering.incident_order_issue, name="incident_order_issue"),
    path(
        "incidents/<str:number>/order/acknowledge/",
        ordering.incident_order_acknowledge,
        name="incident_order_acknowledge",
    ),
]
