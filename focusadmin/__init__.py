"""The deployment: settings, the way out, and who is asking."""

VERSION = "0.1.0"
