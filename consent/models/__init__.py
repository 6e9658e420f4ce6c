from consent.models.consent import Consent
from consent.models.event import CallRecord, ConsentEvent, EvidenceFile
from consent.models.link import ClosedPage, PreferenceLink
from consent.models.opt_in import OptIn
from consent.models.text import ConsentText
from consent.models.threshold import ThresholdSetting
from consent.models.warning import ForecastWarning
from consent.models.wish import DataWish

__all__ = [
    "CallRecord",
    "ClosedPage",
    "Consent",
    "ConsentEvent",
    "ConsentText",
    "DataWish",
    "EvidenceFile",
    "ForecastWarning",
    "OptIn",
    "PreferenceLink",
    "ThresholdSetting",
]
