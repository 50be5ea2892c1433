"""The parts of the store, each named like the port that it keeps."""
