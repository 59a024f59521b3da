"""Growth models, estimated daily states and learned versions."""
