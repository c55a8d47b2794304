"""What is sent to clients over Socket.IO, and who is connected."""
