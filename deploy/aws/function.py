"""What Lambda calls: ``function.handler``. It is made as this is imported, while Lambda lends a whole processor for that."""  # noqa: INP001

import gc
import os

gc.disable()  # of what is being loaded nothing is garbage, and looking for some takes a tenth of the time

from skill.aws import made  # noqa: E402

handler = made(os.environ)

gc.freeze()
gc.enable()
