"""What every generated service runs on: plain Python, readable, without generated parts."""
