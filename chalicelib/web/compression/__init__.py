"""Compressing what the API answers, for callers that take gzip (RFC 9110 §12.5.3).

CloudFront does not: under Managed-CachingDisabled its cache policy names no encoding, and it
compresses nothing that it may not keep. It hands `Accept-Encoding` on, and "if the origin returns
a compressed object … CloudFront sends the compressed object to the viewer". Begin with `answers`;
`accepted` reads what a caller takes. Why it is not left to API Gateway: docs/decisions/0031.
"""
