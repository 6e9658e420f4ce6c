"""Writing courses: everything happens in a draft, under the lock of its version, and only authors may."""

from training.services.authoring.common import fingerprint
from training.services.authoring.courses import change_version, create_course, discard_draft, new_draft
from training.services.authoring.importing import Existing, receive_bank, take_bank
from training.services.authoring.lessons import add_lesson, change_lesson, move_lesson, remove_lesson
from training.services.authoring.pictures import add_picture, media_type_of
from training.services.authoring.questions import free_key, remove_question, save_question

__all__ = [
    "Existing",
    "add_lesson",
    "add_picture",
    "change_lesson",
    "change_version",
    "create_course",
    "discard_draft",
    "fingerprint",
    "free_key",
    "media_type_of",
    "move_lesson",
    "new_draft",
    "receive_bank",
    "remove_lesson",
    "remove_question",
    "save_question",
    "take_bank",
]
