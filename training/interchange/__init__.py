"""Question banks and completions in the formats of others. Bytes in, a report out; nothing here changes anything.

How both languages, keys and sources travel is told in `wording` and `labels`. Case questions cannot: their right
answer comes from the rules.
"""

from training.interchange.completions import Completion, completions_csv, xapi_statements
from training.interchange.gift import export_gift, parse_gift
from training.interchange.moodle import export_moodle_xml, parse_moodle_xml
from training.interchange.report import Export, LeftOut, Problem, Report
from training.interchange.trouble import Trouble

__all__ = [
    "Completion",
    "Export",
    "LeftOut",
    "Problem",
    "Report",
    "Trouble",
    "completions_csv",
    "export_gift",
    "export_moodle_xml",
    "parse_gift",
    "parse_moodle_xml",
    "xapi_statements",
]
