"""One division with sizes per class, speakers and sessions apart."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from math import inf

from speechcodes.corpus.splits import common
from speechcodes.corpus.splits.checks import UNLABELLED_VOICES
from speechcodes.corpus.splits.dealing import shuffled
from speechcodes.corpus.splits.roles import ONE_FOLD, Roles
from speechcodes.errors import InputError
from speechcodes.records import ROLES, Utterance

#: How often utterances are shuffled anew before the sizes are called impossible.
ATTEMPTS = 10


def divide(
    utterances: Sequence[Utterance], settings: Mapping, classes: Sequence[str]
) -> tuple[dict[str, str], list[Roles]]:
    """Take utterances of shuffled speakers into each part, to the sizes asked for.

    Raises InputError if there are too few utterances or speakers, saying what would
    fit.
    """
    common.check_partitions(utterances, settings["partitions"])
    wanted = {
        part: common.sizes_per_class(settings["sizes"][part], classes) for part in ROLES
    }
    part_of = _first_that_fits(utterances, wanted, settings)
    if part_of is None:
        raise InputError(_what_would_fit(utterances, wanted, settings))
    return part_of, ONE_FOLD


def _first_that_fits(utterances, wanted, settings):
    """Return the first of several shuffled divisions that has every size, or None.

    One with voices enough for an autoencoder comes before one without.
    """
    sessions, found = defaultdict(list), None
    for u in utterances:
        if u.label:
            # Of a session that is not known the speaker stands for it.
            sessions[u.session or u.speaker or u.utterance].append(u)
    for attempt in range(ATTEMPTS):
        key = f"{settings['seed']}:{attempt}"
        part_of = _fill_all(sessions, wanted, settings, key)
        if part_of is None:
            continue
        part_of = common.with_unlabelled(utterances, part_of, settings["partitions"])
        if _has_voices(utterances, part_of):
            return part_of
        found = found or part_of
    return found


def _has_voices(utterances, part_of):
    """Tell whether the part unlabelled has voices enough for an autoencoder."""
    voices = set()
    for u in utterances:
        if part_of.get(u.utterance) == "unlabelled":
            voices.add(u.voice)
            if len(voices) >= UNLABELLED_VOICES:
                return True
    return False


def _fill_all(sessions, wanted, settings, key):
    """Fill one part after the other; return None as soon as one cannot be filled."""
    part_of, heard, left = {}, set(), dict(sessions)
    # What takes everything left must come last.
    for part in sorted(ROLES, key=lambda part: inf in wanted[part].values()):
        pool = {}
        for session, members in left.items():
            members = common.candidates(members, part, settings["partitions"])
            pool[session] = [u for u in members if u.speaker not in heard]
        taken = _fill(pool, wanted[part], settings["max_speaker_share"], key)
        counts = Counter(u.label for members in taken.values() for u in members)
        if any(
            counts[label] < (1 if size == inf else size)
            for label, size in wanted[part].items()
        ):
            return None
        for session, members in taken.items():
            del left[session]
            part_of |= dict.fromkeys([u.utterance for u in members], part)
            heard |= {u.speaker for u in members} - {""}
    return part_of


def _fill(sessions, wanted, share, key):
    """Take utterances for one part, growing it along shared speakers.

    Sessions that share a speaker with those already taken come first, so that few
    utterances are lost where speakers meet in several sessions; where the part is
    full, such a chain is cut, and what would tie two parts together is used by neither.
    """
    sessions_of, available = defaultdict(set), Counter()
    for session, members in sessions.items():
        available.update([u.label for u in members])
        for speaker in {u.speaker for u in members}:
            sessions_of[speaker].add(session)
    most = {
        label: _speaker_limit(share, min(size, available[label]))
        for label, size in wanted.items()
    }
    waiting, linked, seen = deque(shuffled(sessions, key)), deque(), set()
    taken, speakers, counts, per_speaker = {}, set(), Counter(), Counter()
    while (linked or waiting) and any(counts[k] < size for k, size in wanted.items()):
        session = linked.popleft() if linked else waiting.popleft()
        if session in seen:
            continue
        seen.add(session)
        members = sessions[session]
        said = Counter([(u.speaker or session, u.label) for u in members])
        room = {voice: most[voice[1]] - per_speaker[voice] for voice in said}
        free = {label: size - counts[label] for label, size in wanted.items()}
        alone = len({speaker for speaker, _ in said}) == 1
        # Most often all of a session's only speaker fit, in whatever order.
        if not alone or any(n > min(room[v], free[v[1]]) for v, n in said.items()):
            members, said = _first_that_have_room(members, session, room, free, key)
        if members:
            taken[session] = members
        per_speaker.update(said)
        for (_, label), n in said.items():
            counts[label] += n
        for speaker in dict.fromkeys(u.speaker for u in members):
            if speaker and speaker not in speakers:
                speakers.add(speaker)
                linked.extend(sorted(sessions_of[speaker] - seen))
    return taken


def _first_that_have_room(members, session, room, free, key):
    """Return the first of a session's shuffled utterances that speakers have room for.

    Beside them, how many there are of each speaker and label.
    """
    by_id, chosen = {u.utterance: u for u in members}, []
    said, labels = Counter(), Counter()
    for u in map(by_id.get, shuffled(by_id, key)):
        voice = (u.speaker or session, u.label)
        if said[voice] < room[voice] and labels[u.label] < free[u.label]:
            chosen.append(u)
            said[voice] += 1
            labels[u.label] += 1
    return chosen, said


def _speaker_limit(share, size):
    """Most utterances of one speaker; 0.29 of 100 are 29, whatever floats say."""
    return max(1, int(share * size + 1e-9))


def _what_would_fit(utterances, wanted, settings):
    """Say what was asked for, what there is, and what would fit."""
    fitting = (
        "no smaller share of them fits either; each part needs utterances of each "
        "class, of speakers who are in no other"
    )
    for percent in (90, 80, 70, 60, 50, 40, 30, 20, 10, 5, 2):
        smaller = {
            part: {
                k: n if n == inf else max(1, n * percent // 100) for k, n in s.items()
            }
            for part, s in wanted.items()
        }
        if _first_that_fits(utterances, smaller, settings):
            fitting = "these would fit: " + _describe(smaller)
            break
    there = common.in_words(utterances, list(wanted["test"]))
    return (
        f"splits.sizes asks for {_describe(wanted)}, with max_speaker_share "
        f"{settings['max_speaker_share']} and every speaker and session in one part "
        f"only, but the corpus has {there}; splits.method folds would use every label "
        f"and test every speaker once; with {settings['method']}, {fitting}"
    )


def _describe(wanted):
    """Tell sizes in few words: one number where all classes have the same."""
    words = []
    for part, sizes in wanted.items():
        numbers = ["all" if size == inf else str(size) for size in sizes.values()]
        same = len(set(numbers)) == 1
        words.append(f"{part} {numbers[0] if same else '/'.join(numbers)}")
    return ", ".join(words)
