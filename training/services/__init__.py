"""Verbs of the training room, by noun: certificates, reminding, assigning, reading, quiz, authoring, publishing."""

from training.services.assigning import assign_refresher, offer_licence
from training.services.certificates import RECORDERS, record_certificate
from training.services.flips import check_cases
from training.services.reminding import remind_training

__all__ = ["RECORDERS", "assign_refresher", "check_cases", "offer_licence", "record_certificate", "remind_training"]
