"""The wire format. Field names are the names on the wire; a student's and a teacher's view are different classes."""
