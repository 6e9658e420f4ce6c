from django.urls import URLPattern, URLResolver, include, path

from training.views import certificates, courses, own, quiz
from training.views.author import assignments, interchange, lessons, questions, statistics, versions
from training.views.author import courses as shelf

version_urls = [
    path("", versions.version, name="author_version"),
    path("settings/", versions.version_edit, name="author_version_edit"),
    path("publish/", versions.publish, name="author_publish"),
    path("withdraw/", versions.withdraw, name="author_withdraw"),
    path("discard/", versions.draft_discard, name="author_draft_discard"),
    path("statistics/", statistics.statistics, name="author_statistics"),
    path("statistics.csv", statistics.statistics_csv, name="author_statistics_csv"),
    path("new-lesson/", lessons.lesson_create, name="author_lesson_create"),
    path("lessons/<slug:lesson_slug>/", lessons.lesson, name="author_lesson"),
    path("lessons/<slug:lesson_slug>/preview/", lessons.lesson_preview, name="author_lesson_preview"),
    path("lessons/<slug:lesson_slug>/move/", lessons.lesson_move, name="author_lesson_move"),
    path("lessons/<slug:lesson_slug>/remove/", lessons.lesson_remove, name="author_lesson_remove"),
    path("new-question/<slug:kind>/", questions.question_create, name="author_question_create"),
    path("questions/", questions.questions, name="author_questions"),
    path("questions/<slug:key>/", questions.question, name="author_question"),
    path("questions/<slug:key>/preview/", questions.question_preview, name="author_question_preview"),
    path("questions/<slug:key>/remove/", questions.question_remove, name="author_question_remove"),
    path("import/", interchange.bank_import, name="author_import"),
    path("import/<int:pk>/", interchange.import_report, name="author_import_report"),
    path("export/<slug:kind>/", interchange.bank_export, name="author_export"),
]
author_urls: list[URLPattern | URLResolver] = [
    path("courses/", shelf.courses, name="author_courses"),
    path("courses/<slug:slug>/", shelf.course, name="author_course"),
    path("courses/<slug:slug>/draft/", shelf.draft_create, name="author_draft_create"),
    path("courses/<slug:slug>/retire/", shelf.course_retire, name="author_course_retire"),
    path("courses/<slug:slug>/<int:number>/", include(version_urls)),
    path("new-course/", shelf.course_create, name="author_course_create"),
    path("pictures/", lessons.pictures, name="author_pictures"),
    path("assignments/", assignments.assignments, name="author_assignments"),
    path("assignments/<int:pk>/end/", assignments.assignment_end, name="author_assignment_end"),
    path("more-time/", assignments.more_time, name="author_more_time"),
    path("rates/", statistics.rates, name="training_rates"),
    path("completions/<slug:kind>/", statistics.completions_file, name="author_completions"),
]
urlpatterns = [
    path("author/", include(author_urls)),
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
    path("training/certificates/<str:number>/revoke/", certificates.certificate_revoke, name="certificate_revoke"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<str:number>/", certificates.verify, name="verify_number"),
    path("team/", own.team, name="team"),
    path("team/<int:pk>/remind/", own.team_remind, name="team_remind"),
]
