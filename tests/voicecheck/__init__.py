"""What the suite cannot hear. ``python -m tests.voicecheck BANK --ears FOLDER`` (`make voice-check`), in a quarter of an hour or so.

words      what was said and what was heard, word by word
ears       who hears it: faster-whisper, with whisper-base in a folder
sound      the edges of a phrase, and its loudness
beats      how evenly it counts
speed      how fast it speaks
bank       a bank by all of these: what is printed
spoken     what only Kokoro's model can show: ``python -m tests.voicecheck MODEL_FOLDER [STYLE] [--bank FILE]``

The ears are no requirement of ours: ``pip install faster-whisper==1.2.1``, and its model, converted for CTranslate2, in a folder. What is
more than the suite has is only imported where it is needed.
"""
