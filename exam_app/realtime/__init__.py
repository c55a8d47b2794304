"""Events to clients over Socket.IO, and presence."""
