"""Generated code of the protobuf package linkage.v1."""
