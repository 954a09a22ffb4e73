"""Folds over a score or a reply, one a medium."""
