"""Generated code of the protobuf package linkage.program.v1."""
