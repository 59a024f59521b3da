"""What changes who works here, where they were and what they wrote, each in one transaction."""
