"""Backbeat's skill: the coach, its content, its store and its ways in."""
