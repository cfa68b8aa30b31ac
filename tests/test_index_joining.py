"""A message goes on with a question, both whole and told apart by how the first one ends."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from index.joining import join

TEXTS = st.text(min_size=1)


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=5), st.integers())
def test_both_stand_whole_one_behind_the_other(message: str, questions: list[str], seed: int) -> None:
    joined = join(message, questions, Random(seed))

    assert any(
        joined.startswith(first) and joined.endswith(f" {second}")
        for question in questions
        for first, second in ((message, question), (question, message))
    )


def test_the_question_stands_on_either_side_and_the_first_sentence_ends() -> None:
    joined = {join("my phone was stolen", ["Where is my bill?"], Random(seed)) for seed in range(50)}

    assert joined == {
        "my phone was stolen. Where is my bill?",
        "Where is my bill? my phone was stolen",
    }
