"""Models that CPUs train faster than Keras' own, and that share their weights."""

import keras

from speechcodes.autoencoders import backend
from speechcodes.autoencoders.convolutions import Convolution, gains
from speechcodes.autoencoders.dropout import Dropout


def faster(model: keras.Model) -> keras.Model:
    """Return a model to train in place of another, which is trained with it.

    It shares all weights with the model given, which stays one that Keras alone can
    read. What is dropped differs from what Keras would drop after the same seed. On a
    GPU or another backend, it is the model itself.
    """
    if not backend.compiles():
        return model
    dropouts = {
        id(layer.input): layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Dropout) and layer.rate
    }
    gaining = {
        layer.name: dropouts.pop(id(layer.output), None)
        for layer in model.layers
        if gains(layer, dropouts.get(id(layer.output)))
    }

    def replaced(layer):
        if layer.name in gaining:
            return Convolution(layer, gaining[layer.name])
        if layer in gaining.values():
            return keras.layers.Identity(name=layer.name)
        if layer in dropouts.values():
            return Dropout.from_config(layer.get_config())
        return layer

    return keras.models.clone_model(model, clone_function=replaced)
