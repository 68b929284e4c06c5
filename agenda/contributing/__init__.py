"""The papers desk: asking for papers, taking them in, deciding on them, posting them."""
