"""The figure of reliability shows each bin, and how far it is from the diagonal."""

from drawing import drawn, reliability_table, settings, texts

from speechcodes.figures import reliability


def test_each_bin_is_a_mark_at_probability_and_share():
    figure = drawn(reliability.reliability(reliability_table(), settings()))
    before, after = figure.axes[0].collections
    assert before.get_offsets().tolist() == [[0.35, 0.55], [0.55, 0.85]]
    assert after.get_offsets().tolist() == [[0.56, 0.55], [0.84, 0.85]]
    small, large = before.get_sizes()
    assert small < large
    # (20 * 0.2 + 80 * 0.3) / 100, and (20 * 0.01 + 80 * 0.01) / 100.
    assert {"before calibration: mean gap 0.280", "calibrated: mean gap 0.010"} <= set(
        texts(figure)
    )
    assert "n: 100 utterances" in figure.get_supxlabel()


def test_the_gaps_are_told_in_words():
    told = reliability.alt(reliability_table(), settings())
    assert "0.280 before calibration, 0.010 calibrated" in told


def test_without_speakers_to_hold_out_the_caption_says_so():
    figure = reliability.reliability(reliability_table()[:0], settings())
    assert "No speakers could be held out" in figure.get_supxlabel()
    assert "not known" in reliability.alt(reliability_table()[:0], settings())
