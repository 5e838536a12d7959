"""Tests of the server, over gRPC wherever a client would notice."""
