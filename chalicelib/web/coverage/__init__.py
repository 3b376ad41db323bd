"""What the replies show, as GeoJSON, as a picture, along time and in words.

The page is `web.console.coverage`, the call `web.api.coverage`.
"""
