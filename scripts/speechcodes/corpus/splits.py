"""Divide a corpus into training, unlabelled and test, speakers and sessions apart."""

from collections import Counter, defaultdict, deque
from hashlib import blake2b
from math import inf

from speechcodes.corpus import speakers
from speechcodes.corpus.readers import registry
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
    utterances, rejected = registry.read(corpus)
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
        `partitions` (split to the corpus' own partitions), `seed`, and optionally
        `folds` and `fold` (from 1 on; both or neither).

    Raises
    ------
    InputError
        If there are too few utterances or speakers, saying what would fit, or
        if given splits share a speaker or a session.
    """
    _check_folds(settings)
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
    if settings.get("folds"):
        return _fold(utterances, wanted, settings)
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
    fitting = (
        "no smaller share of them fits either; each split needs utterances of each "
        "class, of speakers who are in no other"
    )
    if sum(inf in sizes.values() for sizes in wanted.values()) > 1:
        fitting += (
            "; several splits can take all only with splits.folds and splits.fold"
        )
    for smaller in _smaller(wanted):
        if _try_balanced(utterances, smaller, settings):
            fitting = "these would fit: " + _describe(smaller)
            break
    return (
        f"splits.sizes asks for {_describe(wanted)}, with max_speaker_share "
        f"{settings['max_speaker_share']} and every speaker and session in one split "
        f"only, but the corpus has {_count(utterances)}: {fitting}"
    )


def _count(utterances):
    """Utterances and speakers of each class, in words."""
    return ", ".join(
        f"{sum(u.label == label for u in utterances)} {label} utterances of "
        f"{len({u.speaker or u.session for u in utterances if u.label == label})} "
        "speakers"
        for label in LABELS
    )


def _smaller(wanted):
    """Yield ever smaller shares of some sizes."""
    for percent in (90, 80, 70, 60, 50, 40, 30, 20, 10, 5, 2):
        yield {
            split: {
                k: n if n == inf else max(1, n * percent // 100) for k, n in s.items()
            }
            for split, s in wanted.items()
        }


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


# --- folds --------------------------------------------------------------------


def _check_folds(settings):
    """Raise InputError for folds that do not go with each other or with the rest."""
    folds, fold = settings.get("folds"), settings.get("fold")
    if folds is None and fold is None:
        return
    if folds is None:
        raise InputError(
            f"splits.fold: {fold}, but splits.folds is not set: say how many folds "
            "there are, 3 or more, or leave fold out"
        )
    if fold is None:
        raise InputError(
            f"splits.folds: {folds}, but splits.fold is not set: say which of them "
            f"this run is, 1 to {folds}, or leave folds out"
        )
    if fold > folds:
        raise InputError(f"splits.fold: {fold}, but must be 1 to {folds}, splits.folds")
    if settings["method"] != "balanced":
        raise InputError(
            f"splits.folds: {folds}, but splits.method {settings['method']} divides "
            "once: leave folds and fold out, or use method balanced"
        )
    if settings["partitions"]:
        raise InputError(
            f"splits.folds: {folds}, but with splits.partitions not every speaker can "
            "be tested and trained on: leave one of the two out"
        )


def split_of_group(group, fold, folds):
    """Return the split that a group of speakers is in a fold; both count from 1.

    >>> [split_of_group(group, 3, 4) for group in (1, 2, 3, 4)]
    ['unlabelled', 'unlabelled', 'test', 'training']
    """
    return {0: "test", 1: "training"}.get((group - fold) % folds, "unlabelled")


def _fold(utterances, wanted, settings):
    """The division of one fold; where one of all folds is impossible, so is each."""
    linked, share = _linked(utterances), settings["max_speaker_share"]
    dealt = _try_folds(linked, wanted, settings["folds"], settings)
    if dealt is None:
        raise InputError(_what_folds_would_fit(linked, wanted, settings))
    groups, key = dealt
    split_of = {}
    for split in SPLITS:
        pool = [u for group in _pool(groups, split, settings["fold"]) for u in group]
        owners = {"speaker": {}, "session": {}}
        taken = _fill(split, pool, wanted[split], share, owners, key)
        split_of.update((u.utterance, split) for u in taken)
    return split_of


def _pool(groups, split, fold):
    """The groups that are one split in a fold."""
    return [
        group
        for number, group in enumerate(groups, start=1)
        if split_of_group(number, fold, len(groups)) == split
    ]


def _try_folds(linked, wanted, folds, settings):
    """Groups and key of the first of several shuffles that has every size in all folds.

    Or None. One with voices enough for an autoencoder comes before one without. No
    fold's own number is looked at, so that all folds deal alike.
    """
    found, share = None, settings["max_speaker_share"]
    for attempt in range(ATTEMPTS):
        key = f"{settings['seed']}:{attempt}".encode()
        groups = _deal(linked, folds, key)
        spoken = [Counter((u.label, u.speaker or u.session) for u in g) for g in groups]
        pools = {
            split: [_pool(spoken, split, fold) for fold in range(1, folds + 1)]
            for split in SPLITS
        }
        if not all(
            _has_sizes(pool, wanted[split], share)
            for split, of_folds in pools.items()
            for pool in of_folds
        ):
            continue
        voices = [len({v for s in pool for _, v in s}) for pool in pools["unlabelled"]]
        if min(voices) >= UNLABELLED_VOICES:
            return groups, key
        found = found or (groups, key)
    return found


def _linked(utterances):
    """Utterances that share speakers or sessions, or are linked by others that do.

    Returns
    -------
    dict of str to list of Utterance
        By the least name of a speaker, or of a session where none is known.
    """
    of_session, of_speaker = defaultdict(list), defaultdict(set)
    for u in utterances:
        of_session[u.session].append(u)
        of_speaker[u.speaker].add(u.session)
    linked, seen = {}, set()
    for session in sorted(of_session):
        if session in seen:
            continue
        members, waiting = [], [session]
        seen.add(session)
        while waiting:
            here = of_session[waiting.pop()]
            members += here
            for speaker in {u.speaker for u in here} - {""}:
                waiting += of_speaker[speaker] - seen
                seen |= of_speaker[speaker]
        speakers_here = {u.speaker for u in members} - {""}
        linked[min(speakers_here, default=f"session {session}")] = members
    return linked


def _deal(linked, folds, key):
    """Cut a shuffled row of linked speakers into groups as even as may be.

    A cut lies where it is nearest to its share of all utterances, so that one more
    speaker moves those next to cuts and no others.
    """
    total = sum(map(len, linked.values()))
    groups, before = [[] for _ in range(folds)], 0
    for name in _shuffled(linked, key):
        size = len(linked[name])
        groups[(2 * before + size) * folds // (2 * total)] += linked[name]
        before += size
    return groups


def _has_sizes(pool, wanted, share):
    """Whether `_fill` can take what is wanted of a pool that is all its own.

    The pool is told by how much each voice says in each class, group by group.
    """
    for label, size in wanted.items():
        counts = [n for spoken in pool for (of, _), n in spoken.items() if of == label]
        most = _speaker_limit(share, min(size, sum(counts)))
        if sum(min(n, most) for n in counts) < (1 if size == inf else size):
            return False
    return True


def _what_folds_would_fit(linked, wanted, settings):
    folds, utterances = settings["folds"], [u for g in linked.values() for u in g]
    fewer = {folds - 1, folds * 3 // 4, folds // 2, folds // 3, 5, 4, 3}
    fewer = [n for n in sorted(fewer, reverse=True) if 3 <= n < folds]
    fitting = next(
        (
            f"splits.folds: {n} would fit"
            for n in fewer
            if _try_folds(linked, wanted, n, settings)
        ),
        None,
    ) or next(
        (
            f"these would fit: {_describe(sizes)}"
            for sizes in _smaller(wanted)
            if _try_folds(linked, sizes, folds, settings)
        ),
        "neither fewer folds nor a smaller share of them fits, as each group needs "
        "utterances of each class: leave folds and fold out",
    )
    return (
        f"splits.folds is {folds} and splits.sizes asks in each fold for "
        f"{_describe(wanted)}, with max_speaker_share {settings['max_speaker_share']}, "
        f"but the corpus has {_count(utterances)}, who make {len(linked)} parts that "
        "share no speaker and no session, the largest of "
        f"{max(map(len, linked.values()))} utterances: {fitting}"
    )


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
