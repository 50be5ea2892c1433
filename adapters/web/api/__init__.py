"""The machine interface: handlers translate and decide nothing."""
