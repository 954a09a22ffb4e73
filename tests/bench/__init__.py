"""How fast is a turn, beside what it could at best be? ``python -m tests.bench`` says so, in about a minute and a half.

apps       what is measured: the whole turn, a bare Flask route, a skill of one handler; each on waitress
traffic    what is sent: conversations of many people, each request as an Echo Show sends it, and signed
client     who sends it: eight connections kept alive, in a process of its own
streams    how soon a routine sounds and how soon it pauses, beside a bare route: one request at a time
single     one request on a connection of its own, to its first byte; and players that do not read on
serving    starting an app in a process of its own, and how much of the processor it used
stages     where the time of one turn goes
servers    ``--servers``: the same turn on other WSGI servers, where they are installed

On Lambda: ``python -m tests.bench.cold`` (with bare) starts the package in a bare process; ``tests.bench.capacity`` reckons what it costs.

Does it hold? ``python -m tests.bench.soak``, in ten minutes; with people, habits, slow, mortal and ledger.
"""
