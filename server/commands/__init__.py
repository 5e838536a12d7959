"""The commands that need the server: serve, replay, demo. One module each; imported when the command runs."""
