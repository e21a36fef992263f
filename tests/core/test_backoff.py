from core.backoff import Backoff


def test_pauses_double_up_to_the_most_and_never_pass_it() -> None:
    backoff = Backoff(0.5, 30)
    ceilings = [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    pauses = [backoff.pause() for _ in ceilings]
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, ceilings, strict=True))


def test_a_success_begins_anew() -> None:
    backoff = Backoff(1, 30)
    for _ in range(5):
        backoff.pause()
    backoff.reset()
    assert backoff.pause() <= 1


def test_two_that_failed_together_do_not_return_together() -> None:
    pauses = {Backoff(30, 30).pause() for _ in range(20)}
    assert len(pauses) > 10
