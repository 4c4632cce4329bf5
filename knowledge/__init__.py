"""The library, its search and its checks."""
