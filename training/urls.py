from django.urls import path

from training.views import certificates, courses, own, quiz

urlpatterns = [
    path("training/", own.training, name="training"),
    path("training/courses/<slug:slug>/", courses.course, name="course"),
    path("training/courses/<slug:slug>/lessons/<slug:lesson_slug>/", courses.lesson, name="lesson"),
    path("training/courses/<slug:slug>/quiz/", quiz.quiz_start, name="quiz_start"),
    path("training/attempts/<int:pk>/", quiz.attempt, name="attempt"),
    path("training/attempts/<int:pk>/submit/", quiz.attempt_submit, name="attempt_submit"),
    path("training/attempts/<int:pk>/<int:number>/", quiz.attempt_question, name="attempt_question"),
    path("training/attempts/<int:pk>/<int:number>/save/", quiz.attempt_save, name="attempt_save"),
    path("training/pictures/<slug:digest>/", courses.lesson_picture, name="lesson_picture"),
    path("training/certificates/", certificates.certificates, name="certificates"),
    path("training/certificates/new/", certificates.certificate_create, name="certificate_create"),
    path("training/certificates/<str:number>/", certificates.certificate, name="certificate"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<str:number>/", certificates.verify, name="verify_number"),
    path("team/", own.team, name="team"),
]
