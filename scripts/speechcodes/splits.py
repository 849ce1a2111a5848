"""Divide a corpus into training, unlabelled and test, speakers and sessions apart."""

from collections import Counter, defaultdict, deque
from hashlib import blake2b
from math import inf

from speechcodes import speakers
from speechcodes.corpora import readers
from speechcodes.errors import InputError
from speechcodes.records import LABELS, SPLITS

#: How often `balanced` shuffles anew before it calls the sizes impossible.
ATTEMPTS = 10
#: Speakers, or sessions of unknown ones, that an autoencoder needs in the unlabelled
#: split: some to train on, others to validate on.
UNLABELLED_VOICES = 2


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
    utterances, rejected = readers.read(corpus)
    try:
        utterances = assign(utterances, splits)
        _check_classes(utterances)
    except InputError as error:
        if not rejected:
            raise
        # No table of rejects is written yet: they may be what is missing.
        reasons = Counter(r.reason for r in rejected).most_common()
        raise InputError(
            f"{error}; {len(rejected)} rows or files were left out before ("
            + ", ".join(f"{n} {reason}" for reason, n in reasons)
            + f"), for example: {rejected[0].detail}"
        ) from None
    return utterances, rejected


def _check_classes(utterances):
    """Raise InputError if a class is missing where it is learned or tested."""
    found = {(u.split, u.label) for u in utterances}
    for split in ("training", "test"):
        for label in LABELS:
            if (split, label) not in found:
                raise InputError(
                    f"no {label} utterance is in the {split} split; each class must "
                    "have one or more there"
                )


def check_voices(utterances):
    """Raise InputError if autoencoders could not be validated on other speakers.

    Parameters
    ----------
    utterances : list of Utterance
        With their splits.
    """
    voices = _voices(u for u in utterances if u.split == "unlabelled")
    if len(voices) < UNLABELLED_VOICES:
        raise InputError(
            f"the unlabelled split has utterances of {len(voices)} speaker "
            f"({', '.join(voices)}), but an autoencoder needs {UNLABELLED_VOICES} or "
            "more, since others validate it than train it: add speakers, "
            "ask for fewer utterances in the other splits (splits.sizes), try another "
            "splits.seed, or leave code out of experiment.feature_sets"
        )


def check_speakers(utterances, feature_set):
    """Raise InputError if a set is to be normalised per speaker, and one is unknown.

    Parameters
    ----------
    utterances : list of Utterance
        With their splits.
    feature_set : str
    """
    named = (
        (u.utterance, u.speaker or u.session not in ("", u.utterance))
        for u in utterances
        if u.split in ("training", "test")
    )
    speakers.check_known(named, f"experiment.feature_sets: {feature_set}")


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
    if settings["partitions"]:
        _check_partitions(utterances, settings["partitions"])
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


def _check_partitions(utterances, partitions):
    """Raise InputError for partitions that there are not, or in two splits."""
    found = sorted({u.partition for u in utterances if u.partition})
    owner = {}
    for split, names in partitions.items():
        if not set(names) & set(found):
            raise InputError(
                f"splits.partitions.{split}: the corpus has no partition "
                f"{' or '.join(names)}; it has {', '.join(found) or 'none'}"
            )
        for name in names:
            if owner.setdefault(name, split) != split:
                raise InputError(
                    f"splits.partitions: {name!r} is in {owner[name]} and in {split}; "
                    "a partition can be part of one split only"
                )


# --- balanced -----------------------------------------------------------------


def _balanced(utterances, settings):
    wanted = {s: sizes_per_class(settings["sizes"][s]) for s in SPLITS}
    split_of = _try_balanced(utterances, wanted, settings)
    if split_of is None:
        raise InputError(_what_would_fit(utterances, wanted, settings))
    return split_of


def _try_balanced(utterances, wanted, settings):
    """The first of several shuffled divisions that has every size, or None.

    One with voices enough for an autoencoder comes before one without.
    """
    found = None
    for attempt in range(ATTEMPTS):
        key = f"{settings['seed']}:{attempt}".encode()
        split_of = _divide(utterances, wanted, settings, key)
        if split_of is None:
            continue
        unlabelled = (
            u for u in utterances if split_of.get(u.utterance) == "unlabelled"
        )
        if len(_voices(unlabelled)) >= UNLABELLED_VOICES:
            return split_of
        found = found or split_of
    return found


def _voices(utterances):
    """Speakers of some utterances, and sessions where the speaker is unknown."""
    return {u.speaker or f"session {u.session}" for u in utterances}


def _divide(utterances, wanted, settings, key):
    """Fill one split after the other; None as soon as one cannot be filled."""
    owners = {"speaker": {}, "session": {}}
    split_of = {}
    # What takes everything left must come last.
    for split in sorted(SPLITS, key=lambda s: inf in wanted[s].values()):
        pool = _candidates(utterances, split, settings["partitions"])
        pool = [u for u in pool if _free(u, split, owners)]
        share = settings["max_speaker_share"]
        taken = _fill(split, pool, wanted[split], share, owners, key)
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


def _fill(split, pool, wanted, share, owners, key):
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

    waiting, linked, seen = deque(_shuffled(sessions, key)), deque(), set()
    taken, counts, per_speaker = [], Counter(), Counter()
    while (linked or waiting) and any(counts[k] < wanted[k] for k in LABELS):
        session = linked.popleft() if linked else waiting.popleft()
        if session in seen:
            continue
        seen.add(session)
        members = {u.utterance: u for u in sessions[session]}
        for u in map(members.get, _shuffled(members, key)):
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


def _shuffled(names, key):
    """Names in an order that depends on each alone, so that one more moves no other."""
    return sorted(
        names, key=lambda n: blake2b(n.encode(), digest_size=8, key=key).digest()
    )


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
    fitting = (
        "no smaller share of them fits either; each split needs utterances of each "
        "class, of speakers who are in no other"
    )
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
    for split in partitions:
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
