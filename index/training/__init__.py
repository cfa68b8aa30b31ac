"""How the bundled encoder is made: distilled from an English teacher over translation pairs.

Needs the extra ``train``, but for :mod:`index.training.noise`.
"""
