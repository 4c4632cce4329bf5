"""Readers: from a finding to a report."""
