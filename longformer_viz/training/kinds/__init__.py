"""Train the head that tells kinds of documents apart, and judge it on sources that it has not seen."""
