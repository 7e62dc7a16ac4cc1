"""Find the documents of a corpus: files of folders and patterns, members of archives, paragraphs of SQuAD's JSON."""
