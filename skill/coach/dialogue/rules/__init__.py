"""What is done about a request: a rule for each. `skill.coach.dialogue.table` says when which one is taken.

A rule takes where the turn stands, and the event, and ends the turn: it tells or leads an exercise
(`skill.coach.dialogue.leading`, `streaming`), or says a few sentences and asks again.
"""
