"""RIS and its relatives: MEDLINE, Web of Science, Refer and EndNote's XML."""
