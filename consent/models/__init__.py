from consent.models.consent import Consent
from consent.models.event import CallRecord, ConsentEvent, EvidenceFile
from consent.models.link import PreferenceLink
from consent.models.opt_in import OptIn
from consent.models.text import ConsentText
from consent.models.threshold import ThresholdSetting
from consent.models.warning import ForecastWarning

__all__ = [
    "CallRecord",
    "Consent",
    "ConsentEvent",
    "ConsentText",
    "EvidenceFile",
    "ForecastWarning",
    "OptIn",
    "PreferenceLink",
    "ThresholdSetting",
]
