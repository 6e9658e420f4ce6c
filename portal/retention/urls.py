from django.urls import path

from portal.retention.views import agreement, holds, periods, unmaskings

urlpatterns = [
    path("retention/", periods.retention, name="retention"),
    path("retention/<str:key>/", periods.retention_period, name="retention_period"),
    path("holds/", holds.holds, name="holds"),
    path("holds/new/", holds.hold_place, name="hold_place"),
    path("holds/<int:pk>/", holds.hold, name="hold"),
    path("holds/<int:pk>/keep/", holds.hold_keep, name="hold_keep"),
    path("holds/<int:pk>/ask-end/", holds.hold_ask_end, name="hold_ask_end"),
    path("holds/<int:pk>/end/", holds.hold_end, name="hold_end"),
    path("unmaskings/", unmaskings.unmaskings, name="unmaskings"),
    path("unmaskings/new/", unmaskings.unmasking_ask, name="unmasking_ask"),
    path("unmaskings/<int:pk>/", unmaskings.unmasking, name="unmasking"),
    path("unmaskings/<int:pk>/agree/", unmaskings.unmasking_agree, name="unmasking_agree"),
    path("unmaskings/<int:pk>/refuse/", unmaskings.unmasking_refuse, name="unmasking_refuse"),
    path("unmaskings/<int:pk>/end/", unmaskings.unmasking_end, name="unmasking_end"),
    path("unmaskings/<int:pk>/log/", unmaskings.unmasking_log, name="unmasking_log"),
    path("works-agreement/", agreement.agreement, name="works_agreement"),
    path("works-agreement/<str:language>.pdf", agreement.agreement_pdf, name="works_agreement_pdf"),
]
