"""Convolutional autoencoders: which to train, how they are built, trained and chosen.

`families`, `grid` and `selection` need NumPy alone until a model is built; `models`,
`training` and what uses them load Keras and its backend.
"""

import ctypes
import os

# Read when TensorFlow and Keras are first imported, so they stand in the one place that
# runs before: no start-up chatter in the terminal, and nothing of a user's own
# ~/.keras/keras.json.
try:
    ctypes.CDLL("libcuda.so.1")
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
except OSError:
    # Where NVIDIA's driver is missing, TensorFlow calls that an error at each import.
    # Not a default: a job on a GPU inherits what was set on a host without one.
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# A card is not taken whole, so that several jobs can share it.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["KERAS_HOME"] = os.devnull
