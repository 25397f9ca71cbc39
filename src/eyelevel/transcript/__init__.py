"""What was said, as a file that the installation signs and that anybody can check without it. No database, no Django.

`canonical` and `signed` say what a transcript is (docs/transcript.md says it to strangers), `printing` makes the pages,
`verify` is the command. A face decides what stands in it.
"""
