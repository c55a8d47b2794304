"""Simulated students who record every ack, for `flask rehearse` and the fault tests."""
