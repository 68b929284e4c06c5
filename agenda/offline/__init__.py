"""The agenda without a connection: what a browser keeps after one visit."""
