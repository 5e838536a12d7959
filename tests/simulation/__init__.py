"""The service in a simulated world: the same seed gives the same world; what can fail in it, fails."""
