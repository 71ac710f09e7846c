"""Finds typed quantities in news English and compares those that measure the same thing.

Own code rather than a library, after a look at the candidates: quantulum3 knows physical units
but not what a count counts, and needs a trained classifier; text2num rewrites the text, so that
offsets are lost; pint only converts, which here is a table of a few lines; dateparser resolves
dates but finds far too many of them in running text.
"""
