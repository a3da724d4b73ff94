"""The client's version, which is its host's too."""

VERSION = "0.1.0"
