"""The 88 functionals of the extended Geneva minimalistic acoustic parameter set.

Eyben et al. (2016), "The Geneva minimalistic acoustic parameter set (GeMAPS) for voice
research and affective computing", IEEE Transactions on Affective Computing 7(2).
"""

from functools import partial

from speechcodes.features import smile

LIBRARIES = smile.LIBRARIES
DESCRIPTION = "functionals of the set eGeMAPSv02, as openSMILE computes them"
names = partial(smile.names, "eGeMAPSv02")
features = partial(smile.features, "eGeMAPSv02")
