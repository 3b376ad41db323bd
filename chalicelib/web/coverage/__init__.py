"""What the replies show of a scene, as GeoJSON, as a picture, along time and in words.

The page is `web.console.coverage`, the API call `web.api.coverage`.
"""
