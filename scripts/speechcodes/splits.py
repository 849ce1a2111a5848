"""Divide a corpus into training, unlabelled and test, speakers and sessions apart."""

import random
from collections import Counter, defaultdict, deque
from math import inf

from speechcodes import corpora
from speechcodes.errors import InputError
from speechcodes.records import LABELS, SPLITS

#: How often `balanced` shuffles anew before it calls the sizes impossible.
ATTEMPTS = 10


def corpus_table(corpus, splits):
    """Return every utterance of a corpus with its split, and what was left out.

    Pure: the same files and settings give the same table, so the workflow may
    compute it while it is parsed and again where it is written.

    Parameters
    ----------
    corpus, splits : dict
        The sections of the configuration.

    Returns
    -------
    utterances : list of Utterance
        Sorted by utterance; `split` is empty where no split needed it.
    rejected : list of Rejected

    Raises
    ------
    InputError
        If the corpus cannot be read or is too small for the sizes asked for.
    """
    utterances, rejected = corpora.read(corpus)
    return assign(utterances, splits), rejected


def assign(utterances, settings):
    """Return the utterances with their splits set, by the method in `settings`.

    Parameters
    ----------
    utterances : list of Utterance
        In any order, which changes nothing.
    settings : dict
        `method` (balanced, study or given), `sizes` per split (a number per
        class, a number for each class, or "all"), `max_speaker_share`,
        `partitions` (split to the corpus' own partitions) and `seed`.

    Raises
    ------
    InputError
        If there are too few utterances or speakers, saying what would fit, or
        if given splits share a speaker or a session.
    """
    method = {"balanced": _balanced, "study": _study, "given": _given}
    in_order = sorted(utterances, key=lambda u: u.utterance)
    split_of = method[settings["method"]](in_order, settings)
    return [u._replace(split=split_of.get(u.utterance, "")) for u in utterances]


def sizes_per_class(size):
    """Return {label: number wanted}, infinite where everything is wanted.

    >>> sizes_per_class(2)
    {'negative': 2, 'neutral': 2, 'positive': 2}
    """
    if size == "all":
        return dict.fromkeys(LABELS, inf)
    if isinstance(size, int):
        return dict.fromkeys(LABELS, size)
    return {label: size[label] for label in LABELS}


def _candidates(utterances, split, partitions):
    """The utterances that the corpus' own partitions let into a split."""
    if not partitions:
        return utterances
    return [u for u in utterances if u.partition in partitions[split]]


# --- balanced -----------------------------------------------------------------


def _balanced(utterances, settings):
    wanted = {s: sizes_per_class(settings["sizes"][s]) for s in SPLITS}
    split_of = _try_balanced(utterances, wanted, settings)
    if split_of is None:
        raise InputError(_what_would_fit(utterances, wanted, settings))
    return split_of


def _try_balanced(utterances, wanted, settings):
    """The first of several shuffled divisions that has every size, or None."""
    for attempt in range(ATTEMPTS):
        rng = random.Random(f"splits:{settings['seed']}:{attempt}")
        split_of = _divide(utterances, wanted, settings, rng)
        if split_of is not None:
            return split_of
    return None


def _divide(utterances, wanted, settings, rng):
    """Fill one split after the other; None as soon as one cannot be filled."""
    owners = {"speaker": {}, "session": {}}
    split_of = {}
    # What takes everything left must come last.
    for split in sorted(SPLITS, key=lambda s: inf in wanted[s].values()):
        pool = _candidates(utterances, split, settings["partitions"])
        pool = [u for u in pool if _free(u, split, owners)]
        share = settings["max_speaker_share"]
        taken = _fill(split, pool, wanted[split], share, owners, rng)
        counts = Counter(u.label for u in taken)
        if any(
            counts[label] < (1 if size == inf else size)
            for label, size in wanted[split].items()
        ):
            return None
        split_of.update((u.utterance, split) for u in taken)
    return split_of


def _free(utterance, split, owners):
    """Whether neither speaker nor session belongs to another split."""
    return (
        owners["session"].get(utterance.session, split) == split
        and owners["speaker"].get(utterance.speaker, split) == split
    )


def _fill(split, pool, wanted, share, owners, rng):
    """Take utterances into one split, growing it along shared speakers.

    Sessions that share a speaker with those already taken come first, so that
    few utterances are lost where speakers meet in several sessions; where the
    split is full, such a chain is cut, and what would tie two splits together
    is used by neither.
    """
    sessions, sessions_of = defaultdict(list), defaultdict(set)
    for u in pool:
        sessions[u.session].append(u)
        sessions_of[u.speaker].add(u.session)
    available = Counter(u.label for u in pool)
    most = {k: _speaker_limit(share, min(wanted[k], available[k])) for k in LABELS}

    order = sorted(sessions)
    rng.shuffle(order)
    waiting, linked, seen = deque(order), deque(), set()
    taken, counts, per_speaker = [], Counter(), Counter()
    while (linked or waiting) and any(counts[k] < wanted[k] for k in LABELS):
        session = linked.popleft() if linked else waiting.popleft()
        if session in seen:
            continue
        seen.add(session)
        for u in rng.sample(sessions[session], len(sessions[session])):
            voice = (u.speaker or u.session, u.label)
            full = counts[u.label] >= wanted[u.label]
            if full or per_speaker[voice] >= most[u.label]:
                continue
            taken.append(u)
            counts[u.label] += 1
            per_speaker[voice] += 1
            owners["session"][u.session] = split
            if u.speaker and u.speaker not in owners["speaker"]:
                owners["speaker"][u.speaker] = split
                linked.extend(sorted(sessions_of[u.speaker] - seen))
    return taken


def _speaker_limit(share, size):
    """Most utterances of one speaker; 0.29 of 100 are 29, whatever floats say."""
    return max(1, int(share * size + 1e-9))


def _what_would_fit(utterances, wanted, settings):
    found = ", ".join(
        f"{sum(u.label == label for u in utterances)} {label} utterances of "
        f"{len({u.speaker or u.session for u in utterances if u.label == label})} "
        "speakers"
        for label in LABELS
    )
    fitting = "no smaller share of them fits either"
    for percent in (90, 80, 70, 60, 50, 40, 30, 20, 10, 5, 2):
        smaller = {
            split: {
                k: n if n == inf else max(1, n * percent // 100) for k, n in s.items()
            }
            for split, s in wanted.items()
        }
        if _try_balanced(utterances, smaller, settings):
            fitting = "these would fit: " + _describe(smaller)
            break
    return (
        f"splits.sizes asks for {_describe(wanted)}, with max_speaker_share "
        f"{settings['max_speaker_share']} and every speaker and session in one split "
        f"only, but the corpus has {found}: {fitting}"
    )


def _describe(wanted):
    """Sizes in few words: one number where all classes have the same."""
    words = []
    for split, sizes in wanted.items():
        numbers = [_describe_size(size) for size in sizes.values()]
        same = len(set(numbers)) == 1
        words.append(f"{split} {numbers[0] if same else '/'.join(numbers)}")
    return ", ".join(words)


def _describe_size(size):
    return "all" if size == inf else str(size)


# --- study --------------------------------------------------------------------


def _study(utterances, settings):
    """Per class and in order of names: training, then test, then unlabelled.

    As the published study did, but for one thing: an utterance whose session is
    in a split filled earlier is passed over. Speakers are not kept apart.
    """
    split_of, taken_sessions = {}, set()
    for split in ("training", "test", "unlabelled"):
        wanted = sizes_per_class(settings["sizes"][split])
        pool = _candidates(utterances, split, settings["partitions"])
        sessions = set()
        for label in LABELS:
            names = [
                u
                for u in pool
                if u.label == label
                and u.utterance not in split_of
                and u.session not in taken_sessions
            ]
            if len(names) < (1 if wanted[label] == inf else wanted[label]):
                raise InputError(
                    f"splits.sizes.{split} asks for {_describe_size(wanted[label])} "
                    f"{label} utterances, but only {len(names)} are left whose session "
                    f"is in no split filled before: ask for at most {len(names)}"
                )
            chosen = names[: None if wanted[label] == inf else wanted[label]]
            split_of.update((u.utterance, split) for u in chosen)
            sessions.update(u.session for u in chosen)
        taken_sessions |= sessions
    return split_of


# --- given --------------------------------------------------------------------


def _given(utterances, settings):
    partitions = settings["partitions"] or {split: [split] for split in SPLITS}
    owner = {name: split for split, names in partitions.items() for name in names}
    split_of = {
        u.utterance: owner[u.partition] for u in utterances if u.partition in owner
    }
    for split in SPLITS:
        if split not in split_of.values():
            found = sorted({u.partition or "(empty)" for u in utterances})
            raise InputError(
                f"splits.method is given, but no utterance is in {split}: the corpus' "
                f"own partitions are {', '.join(found)}, and {split} is made of "
                f"{', '.join(partitions[split])}"
            )
    _check_apart(utterances, split_of)
    return split_of


def _check_apart(utterances, split_of):
    """Raise InputError if a speaker or a session is in two of the given splits."""
    for kind in ("speaker", "session"):
        first = {}
        for u in utterances:
            name, split = getattr(u, kind), split_of.get(u.utterance)
            if not (name and split):
                continue
            other, where = first.setdefault(name, (u.utterance, split))
            if where != split:
                raise InputError(
                    f"the given splits share {kind} {name}: {other} is in {where} and "
                    f"{u.utterance} in {split}; every {kind} must be in one split only"
                )
