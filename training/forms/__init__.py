"""What people enter about training, by noun."""

from training.forms.assignments import AssignmentForm, MoreTimeForm
from training.forms.authoring import CourseForm, ImportForm, LessonForm, PictureForm, PublishForm, TakeForm, VersionForm
from training.forms.certificates import CertificateForm

__all__ = [
    "AssignmentForm",
    "CertificateForm",
    "CourseForm",
    "ImportForm",
    "LessonForm",
    "MoreTimeForm",
    "PictureForm",
    "PublishForm",
    "TakeForm",
    "VersionForm",
]
