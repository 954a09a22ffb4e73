"""What Lambda calls: ``function.handler``. Made here, as it is imported, while Lambda lends a whole processor for it."""

import os

from skill.aws import made

handler = made(os.environ)
