"""Quotes know the place of every character, through parts of parts and texts joined from several cells."""

from anju.kernel.documents import Quote


def test_a_part_of_a_part_counts_from_the_cell() -> None:
    clause = Quote("甲乙丙丁戊", "表1第2行第3列").part(1, 5)
    assert clause == Quote("乙丙丁戊", "表1第2行第3列第2字")
    assert clause.part(2, 3) == Quote("丁", "表1第2行第3列第4字")


def test_a_joined_text_names_the_place_of_each_piece() -> None:
    whole = Quote.joined([Quote("甲乙", "第7行"), Quote("丙丁", "第8行"), Quote("戊己", "第9行第3字")])
    assert whole.text == "甲乙\n丙丁\n戊己"
    assert whole.position == "第7行"
    assert whole.part(4, 5) == Quote("丁", "第8行第2字")
    assert whole.part(7, 8) == Quote("己", "第9行第4字")


def test_joining_joined_texts_keeps_the_seams() -> None:
    first = Quote.joined([Quote("甲", "第1行"), Quote("乙", "第2行")])
    assert Quote.joined([first, Quote("丙", "第3行")]).part(2, 3).position == "第2行第1字"
    assert Quote.joined([first]) is first
    assert not Quote.joined([])


def test_a_part_over_a_seam_keeps_it() -> None:
    whole = Quote.joined([Quote("甲乙", "第7行"), Quote("丙丁", "第8行")])
    part = whole.part(1, 5)
    assert part.text == "乙\n丙丁"
    assert part.part(0, 1).position == "第7行第2字"
    assert part.part(3, 4).position == "第8行第2字"
