"""What a teacher needs: questions with computed answers, worksheets and lesson plans."""
