from datetime import datetime

from consent import services
from portal.jobs import clock_job


@clock_job("consent.record_passage")
def record_passage_task(at: datetime) -> int:
    services.apply_thresholds(at=at)
    return services.record_passage(at=at)


@clock_job("consent.drop_unconfirmed")
def drop_unconfirmed_task(at: datetime) -> int:
    return services.drop_unconfirmed(at=at) + services.drop_outlived_links(at=at)


@clock_job("consent.warn_ahead")
def warn_ahead_task(at: datetime) -> int:
    return services.warn_ahead(at=at)
