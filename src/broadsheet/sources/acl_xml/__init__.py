"""The ACL Anthology's own XML: a collection of volumes of papers."""
