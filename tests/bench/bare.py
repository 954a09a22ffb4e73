"""A bare process of a package for Lambda: from its start to its first answer, and to its second. Run by `tests.bench.cold`.

It is a program of its own, ``python -S bare.py BEGAN FOLDER``: nothing of ours but the package is on its path. BEGAN is the moment
it was started, as ``time.monotonic`` has it. FOLDER has ``root.pem`` and ``chain.pem`` of the pretend Amazon, and the events.
"""

import time

STARTED = time.monotonic()

import gc  # noqa: E402

gc.disable()  # as deploy/aws/function.py

import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from itertools import pairwise  # noqa: E402
from pathlib import Path  # noqa: E402

import skill.aws  # noqa: E402

IMPORTED = time.monotonic()

from cryptography import x509  # noqa: E402

from skill.alexa.services import Services  # noqa: E402
from skill.alexa.signers import trusted_roots  # noqa: E402
from skill.alexa.verify import RequestVerifier  # noqa: E402
from skill.app import create_app  # noqa: E402


def create(settings):
    """The app as it is, but that it trusts a pretend Amazon too, and Alexa is not called."""
    chain = (FOLDER / "chain.pem").read_bytes()
    roots = [*trusted_roots(), *x509.load_pem_x509_certificates((FOLDER / "root.pem").read_bytes())]
    verifier = RequestVerifier(
        skill_id=settings.skill_id, roots=roots, fetch=lambda _: chain, clock=lambda: datetime.now(UTC)
    )
    unasked = Services(clock=lambda: datetime.now(UTC), address=lambda _: None)
    return create_app(settings, verify=verifier.verify, services=unasked)


BEGAN, FOLDER = float(sys.argv[1]), Path(sys.argv[2])
handler = skill.aws.made(os.environ, create)
gc.freeze()
gc.enable()
made = time.monotonic()
moments, answers, spent = [made], [], []
for event in json.loads((FOLDER / "events.json").read_text()):
    answers.append(handler(event, None))
    moments.append(time.monotonic())
    spent.append(time.process_time())
told = {
    "python": STARTED - BEGAN,
    "imports": IMPORTED - STARTED,
    "made": made - IMPORTED,
    "answers": [after - before for before, after in pairwise(moments)],
    "said": answers,
    "cpu_started": spent[0],
    "cpu": (spent[-1] - spent[0]) / (len(spent) - 1),
    "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}
sys.stdout.write(json.dumps(told))
