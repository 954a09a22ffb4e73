"""What holds for every test."""

import gc


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: it need not be gone through again and again."""
    gc.collect()
    gc.freeze()
