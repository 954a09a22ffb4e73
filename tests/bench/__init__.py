"""How fast is a turn, beside what it could at best be? ``python -m tests.bench`` says so, in about a minute.

apps       what is measured: the whole turn, a bare Flask route, a skill of one handler; each on granian
traffic    what is sent: conversations of many people, each request as an Echo Show sends it, and signed
client     who sends it: eight connections kept alive, in a process of its own
serving    starting an app in a process of its own, and how much of the processor it used
stages     where the time of one turn goes
servers    ``--servers``: the same turn on other WSGI servers, where they are installed
"""
