"""What holds for every test."""

import gc

from hypothesis import HealthCheck, settings


def pytest_configure() -> None:
    """No test fails for the time it took: the machine may have more to do."""
    settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("ours")


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: it need not be gone through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # of what a test makes, little has to be looked for: 6 % of the time
