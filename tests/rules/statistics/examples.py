"""Published examples with independently computed figures, and builders of responses."""

from __future__ import annotations

from typing import Any

import numpy as np

from exam_app.rules.statistics.responses import Item, Option, Responses

THIRD = 0.3333333

MOODLE_MARKS = np.array(
    [
        [1, 1, 1, 1, 1, 0, 1],
        [1, 1, 1, 1, 0.5, 1, 0],
        [1, 1, 1, 1, 0.5, 0, 1],
        [0, 0, 1, 1, 1, 0, 0],
        [1, 0, 1, 0, 0, 1, 0.5],
        [1, 1, 1, 1, 0.5, 0, 0.5],
        [0, 1, 1, 1, 0.5, 1, 0.5],
        [1, 1, 1, 0, 0.5, 1, 0.5],
        [1, 0, 1, 1, 1, 1, 1],
        [0, 1, 1, 0, 0.5, 1, 0.5],
        [0.8, 0, 1, 1, 0.5, 1, 0.5],
        [1, 1, 1, 0, 0.5, 1, 1],
        [1, 0, 1, 1, 0.5, 1, 0.5],
        [1, 0, 1, 1, 1, 0, 0.5],
        [0, 0, 1, 1, 0, 1, 1],
        [1, 0, 1, 0, 0.5, 1, 1],
        [0.8, 0, 1, 1, 0.5, 0, 1],
        [1, 0, 1, 1, 0, 1, 0.5],
        [1, 0, 1, 1, 0.5, 0, 0.5],
        [0, 1, 1, 0, 0.5, 1, 0],
        [1, 1, THIRD, 1, 0.5, 0, 0.5],
        [1, 1, 1, 0, 0.5, 0, 0.5],
        [1, 1, 1, 1, 0, 1, 0.5],
        [0, 0, 1, 0, 0.5, 1, 1],
        [0, 0, 1, 1, 1, 1, 1],
    ]
)
"""25 attempts at 7 questions of one mark each. The figures below were computed in a spreadsheet,
independently of any program. Source: Moodle, mod/quiz/report/statistics/tests: fixtures/results00.csv,
fixtures/qstats00.csv and stats_from_steps_walkthrough_test.php."""
MOODLE_ITEMS = {
    "facility": [70.4, 48, 97.3333332, 68, 52, 64, 62],
    "standard_deviation": [
        0.4513682901, 0.5099019514, 0.13333334, 0.4760952286, 0.3055050463, 0.4898979486, 0.331662479,
    ],
    "effective_weight": [
        21.2922742344, 18.8979800309, 4.443012573, 18.9347251357, 11.1450138688, 9.8081339177, 15.4788602394,
    ],
    "discrimination_index": [
        -7.0650767526, -28.8982125772, -9.1230674268, -22.6306444113, -17.6997047674, -45.3785178421,
        -5.6543166602,
    ],
    "efficiency": [
        -9.4550536967, -36.7834118938, -21.6545012165, -31.4411395613, -21.1794802584, -56.9365974439,
        -6.5043742058,
    ],
}  # fmt: skip
MOODLE_TEST = {
    "median": 4.5,
    "mean": 4.617333332,
    "standard_deviation": 0.8117265554,
    "skewness": -0.092502502,
    "kurtosis": -0.7073968557,
    "cic": -87.2230935542,
    "error_ratio": 136.8294900795,
    "standard_error": 1.1106813066,
}

KR20_MARKS = np.array(
    [
        [1, 1, 1, 1, 1, 1, 0, 1, 1, 0],
        [1, 0, 1, 1, 0, 1, 1, 1, 0, 1],
        [1, 1, 1, 1, 0, 1, 1, 0, 0, 1],
        [0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 1, 0, 0, 1, 0],
        [1, 1, 1, 0, 1, 1, 1, 1, 1, 1],
        [1, 1, 0, 1, 1, 1, 0, 1, 1, 1],
        [1, 1, 1, 1, 1, 1, 1, 1, 0, 1],
        [0, 1, 0, 1, 1, 1, 1, 1, 0, 1],
        [1, 1, 0, 1, 1, 0, 1, 1, 1, 0],
    ],
    dtype=float,
)
"""Ten students, ten dichotomous items: the sum of p·q is 2.18 and the variance of the totals,
over n, is 5.84. Source: K. L. Wuensch, "The Kuder-Richardson 20", core.ecu.edu/wuenschk/StatHelp/KR20.txt."""


def responses(scores: Any, maximums: Any = None, **fields: Any) -> Responses:
    """Responses with these scores; by default all are answered, and each item is worth one point."""
    marks = np.asarray(scores, dtype=np.float64)
    worth = np.ones(marks.shape[1]) if maximums is None else np.asarray(maximums, dtype=np.float64)
    items = tuple(Item(id=n, number=n, max_points=float(most)) for n, most in enumerate(worth, start=1))
    given = {
        "answered": np.ones(marks.shape, dtype=bool),
        "correct": marks == worth,
        "seconds": np.zeros(marks.shape, dtype=np.int64),
    }
    return Responses(items=items, scores=marks, **{**given, **fields})


def choices(scores: Any, chosen: list[str], key: str = "A", letters: str = "ABCD") -> Responses:
    """Responses whose first item is a choice among `letters`: each attempt selected one of them, or none."""
    marks = np.asarray(scores, dtype=np.float64)
    marks = np.column_stack([[float(letter == key) for letter in chosen], marks])
    built = responses(marks)
    options = tuple(Option(id=n, text=letter, is_key=letter == key) for n, letter in enumerate(letters))
    items = (Item(id=1, number=1, max_points=1.0, options=options), *built.items[1:])
    answered = built.answered.copy()
    answered[:, 0] = [bool(letter) for letter in chosen]
    made = {1: np.array([[letter == option for option in letters] for letter in chosen])}
    return Responses(items, marks, answered, marks == 1, built.seconds, made)
