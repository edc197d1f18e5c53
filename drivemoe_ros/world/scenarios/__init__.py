"""Scenario families, one file a skill."""
