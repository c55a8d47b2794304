"""What people are told: kinds, the words for each in several languages, and how they are filled in."""
