"""The 6373 functionals of the Computational Paralinguistics Challenge of 2016.

Schuller et al. (2016), "The INTERSPEECH 2016 computational paralinguistics challenge:
deception, sincerity and native language", Interspeech.
"""

from functools import partial

from speechcodes.features import smile

LIBRARIES = smile.LIBRARIES
DESCRIPTION = "functionals of the set ComParE_2016, as openSMILE computes them"
names = partial(smile.names, "ComParE_2016")
features = partial(smile.features, "ComParE_2016")
