from django.urls import path

from contacts.rights.views import acting, documents, erasing, names, register

urlpatterns = [
    path("rights/", register.rights, name="rights"),
    path("rights/new/", register.rights_new, name="rights_new"),
    path("rights/names/<int:pk>/", names.name_release, name="name_release"),
    path("rights/restrictions/<str:number>/", acting.restriction_lift, name="restriction_lift"),
    path("rights/<str:number>/", register.data_request, name="data_request"),
    path("rights/<str:number>/identity/", acting.data_request_identity, name="data_request_identity"),
    path("rights/<str:number>/erasure/", erasing.data_request_erasure, name="data_request_erasure"),
    path("rights/<str:number>/erasure/back/", erasing.data_request_send_back, name="data_request_send_back"),
    path("rights/<str:number>/names/", names.data_request_names, name="data_request_names"),
    path("rights/<str:number>/letters/<str:kind>/", documents.data_request_letter, name="data_request_letter"),
    path("rights/<str:number>/extend/", acting.data_request_extend, name="data_request_extend"),
    path("rights/<str:number>/refuse/", acting.data_request_refuse, name="data_request_refuse"),
    path("rights/<str:number>/withdraw/", acting.data_request_withdraw, name="data_request_withdraw"),
    path("rights/<str:number>/answer/", acting.data_request_answer, name="data_request_answer"),
]
