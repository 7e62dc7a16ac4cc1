"""What the app does where the machine fails."""
