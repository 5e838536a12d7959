"""Generated code of the protobuf package linkage.internal.v1."""
