"""Sample surveys (抽样调查): questionnaires in versions, samples drawn so that anybody can draw them again, answers.

``statistics`` is pure Python; the rest keeps what was drawn and answered, and measures it.
"""
