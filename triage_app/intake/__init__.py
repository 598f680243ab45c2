"""Where instances come from, and the scan that takes each of them to its one outcome."""
