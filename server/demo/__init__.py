"""``linkage demo``: a real server process, a made-up case over gRPC, and the answer as a clerk reads it."""
