"""Field files: what an edition covers, one TOML file each. No field's word stands in the code."""

from broadsheet.fields.feeds import feed_title
from broadsheet.fields.read import FieldFile, all_fields, field, within

__all__ = ["FieldFile", "all_fields", "feed_title", "field", "within"]
