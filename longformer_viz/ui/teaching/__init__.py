"""The pages beside the lesson: the check before and after it, files for teachers, and the glossary."""
