"""Documents and faxes: kept as they arrived, read into text, and what their text tells about whom and what they concern.

In: PDF, TIFF, JPEG and PNG from watched folders and uploads. Out: IncomingDocument with text, codes and clues, for somebody to file.
"""
