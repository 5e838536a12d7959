"""Decisions, explanations and packs: tables for people, plain data for programs."""
