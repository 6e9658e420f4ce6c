"""Verbs of the training room, by noun: certificates, reminders, reading, quiz, publishing, loading."""

from training.services.certificates import RECORDERS, record_certificate
from training.services.reminders import remind_certificates

__all__ = ["RECORDERS", "record_certificate", "remind_certificates"]
