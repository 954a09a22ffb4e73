"""A door: a smart speaker on a page in the browser, which sends Alexa's own envelopes and plays what comes back."""
