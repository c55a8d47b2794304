"""Simulated students who keep account of every ack, for `flask rehearse` and the fault tests."""
