"""The coach: state and event in, state and reply out.

Pure, and standard library only: no clock, file, network or randomness, no Flask and no Alexa. `score` holds
the one idea, cues in time; `arrange` lays out a plan; `step` is a turn of the conversation.
"""
