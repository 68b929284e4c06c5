"""Files that people send, and that people get: taken in, looked at, kept, handed out."""
