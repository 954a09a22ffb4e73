"""What holds for every test."""

import gc


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: it need not be gone through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # of what a test makes, little has to be looked for: 6 % of the time
