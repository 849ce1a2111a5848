"""What Keras leaves to its backends: threads, equal results, devices, compiling.

All else is asked of Keras, so that autoencoders are built, trained and used alike on
TensorFlow, which the workflow trains on, and on JAX and PyTorch.
"""

from collections.abc import Callable
from importlib import import_module

import keras


def use_threads(threads: int) -> None:
    """Let TensorFlow run one operation at a time, on so many threads.

    Other backends use those of the process. Raises RuntimeError if TensorFlow has
    computed something already.
    """
    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)


def repeat_exactly() -> None:
    """Have TensorFlow compute the same from the same, for the whole process.

    Without it, it may add in any order on a GPU. Other backends have their own settings
    for that, which must stand before they are loaded.
    """
    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def versions() -> dict[str, str]:
    """Return the versions of Keras and of its backend."""
    name = keras.config.backend()
    return {"keras": keras.version(), name: import_module(name).__version__}


def device() -> str:
    """Name what the backend computes on: ``GPU: <name>`` or ``CPU``."""
    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        details = tf.config.experimental.get_device_details(gpus[0]) if gpus else {}
        name = details.get("device_name", gpus[0].name if gpus else "CPU")
    else:
        name = str(keras.ops.zeros(1).device)
    return "CPU" if "CPU" in name.upper() else f"GPU: {name}"


def compiles() -> bool:
    """Tell whether `compiled` saves time: on TensorFlow, where there is no GPU."""
    return keras.config.backend() == "tensorflow" and device() == "CPU"


def compiled(function: Callable) -> Callable:
    """Have TensorFlow turn element-wise operations into one pass over memory (XLA)."""
    import tensorflow as tf

    return tf.function(function, jit_compile=True)
