"""The same rules in the languages of other engines, written by hand and run at their best configuration."""
