"""Stacks of CloudFormation: applying a template, and saying what happened and what to do."""
