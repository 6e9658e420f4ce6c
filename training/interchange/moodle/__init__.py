"""Moodle XML. Read without ever opening an entity, written as Moodle 4 reads it; ordering as its `ordering` type."""

from training.interchange.moodle.reading import parse_moodle_xml
from training.interchange.moodle.writing import export_moodle_xml

__all__ = ["export_moodle_xml", "parse_moodle_xml"]
