"""Generated code of the protobuf package linkage.expr.v1."""
