"""Pydantic models that read, write and describe what the API takes and answers.

Views import them when a call needs them, never when a Lambda function starts.
"""
